import CaptionerFiles

/// What a file holds, judged by its first bytes and never by its name.
enum ImageFormat: Equatable {
    case jpeg
    case png
    /// Something else; the name is for people.
    case other(String)

    /// How many bytes from the start are enough to tell.
    static let sampleSize = ContentName.sampleSize

    /// - Parameter bytes: the start of the file, not empty; more than `sampleSize` bytes are not looked at.
    init(_ bytes: UnsafeRawBufferPointer) {
        let sample = Array(bytes.prefix(Self.sampleSize))
        if sample.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if sample.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else {
            self = .other(ContentName.of(sample) ?? Self.unknownName(sample))
        }
    }

    private static func unknownName(_ sample: [UInt8]) -> String {
        let digits = sample.prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }
        return "an unknown format (first bytes 0x\(digits.joined()))"
    }
}
