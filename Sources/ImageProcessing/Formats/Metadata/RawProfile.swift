import CaptionerFiles

/// EXIF as ImageMagick wrote it into the texts of PNGs before there was a chunk for it: an empty line, its kind, its
/// length, and then the bytes in hexadecimal digits.
enum RawProfile {
    /// The bytes, of which there are none when there are not as many lines.
    /// - Returns: `nil` when anything but digits by twos, with white space in between, is found where they should be.
    static func bytes(of text: [UInt8]) -> [UInt8]? {
        let lineBreak = UInt8(ascii: "\n")
        let lines = text.split(separator: lineBreak, maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4 else { return [] }
        var bytes: [UInt8] = []
        var high: UInt8?
        // Pillow joins the lines, so that a byte may begin on one and end on the next.
        for letter in lines[3] where letter != lineBreak {
            if high == nil, letter == 0x20 || (0x09...0x0D).contains(letter) { continue }
            guard let digit = letter.hexadecimalDigit else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? bytes : nil
    }
}
