/// What a file holds, judged by its first bytes and never by its name.
enum ImageFormat: Equatable {
    case jpeg
    case png
    /// Something else; the name is for people.
    case other(String)

    /// How many bytes from the start are enough to tell.
    static let sampleSize = 64

    /// - Parameter bytes: the start of the file, not empty; more than `sampleSize` bytes are not looked at.
    init(_ bytes: UnsafeRawBufferPointer) {
        let sample = Array(bytes.prefix(Self.sampleSize))
        if sample.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if sample.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else {
            self = .other(Self.binaryName(sample) ?? Self.textName(sample) ?? Self.unknownName(sample))
        }
    }

    private static func binaryName(_ sample: [UInt8]) -> String? {
        for (magic, name) in magicNumbers where sample.starts(with: magic) {
            return name
        }
        if sample.starts(with: "RIFF".utf8) {
            return sample.dropFirst(8).starts(with: "WEBP".utf8) ? "WebP" : "RIFF (audio or video)"
        }
        if sample.dropFirst(4).starts(with: "ftyp".utf8) {
            return isoMediaName(brand: sample.dropFirst(8).prefix(4))
        }
        return sample.allSatisfy { $0 == 0 } ? "zero bytes" : nil
    }

    private static let magicNumbers: [(magic: [UInt8], name: String)] = [
        (Array("GIF8".utf8), "GIF"),
        (Array("BM".utf8), "BMP"),
        ([0x49, 0x49, 0x2A, 0x00], "TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2A], "TIFF"),
        ([0x49, 0x49, 0x2B, 0x00], "TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2B], "TIFF"),
        ([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20], "JPEG XL"),
        ([0xFF, 0x0A], "JPEG XL"),
        ([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20], "JPEG 2000"),
        ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        ([0x00, 0x00, 0x01, 0x00], "ICO"),
        (Array("8BPS".utf8), "Photoshop document"),
        (Array("%PDF".utf8), "PDF"),
        ([0x50, 0x4B, 0x03, 0x04], "ZIP"),
        ([0x1F, 0x8B], "gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
    ]

    private static func isoMediaName(brand: ArraySlice<UInt8>) -> String {
        switch String(decoding: brand, as: UTF8.self) {
        case "avif", "avis": "AVIF"
        case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1": "HEIC"
        default: "MP4 or another ISO media file"
        }
    }

    private static func textName(_ sample: [UInt8]) -> String? {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = sample.starts(with: byteOrderMark) ? sample.dropFirst(3) : sample[...]
        // A letter of several bytes may be cut at the end of the sample.
        let whole = body.count < sampleSize - 3 ? body : body.dropLast(body.reversed().prefix { $0 >= 0x80 }.count)
        guard let text = String(validating: whole, as: UTF8.self),
            text.unicodeScalars.allSatisfy({
                $0.value >= 0x20 && $0.value != 0x7F || "\t\n\r\u{C}".unicodeScalars.contains($0)
            })
        else { return nil }
        let start = text.drop(while: \.isWhitespace).lowercased()
        if start.hasPrefix("version https://git-lfs") { return "a Git LFS pointer, not the file it stands for" }
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "HTML" }
        if start.hasPrefix("<svg") { return "SVG" }
        if start.hasPrefix("<?xml") { return "XML" }
        if start.hasPrefix("{") || start.hasPrefix("[") { return "JSON" }
        return "text"
    }

    private static func unknownName(_ sample: [UInt8]) -> String {
        let digits = sample.prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }
        return "unknown (first bytes 0x\(digits.joined()))"
    }
}
