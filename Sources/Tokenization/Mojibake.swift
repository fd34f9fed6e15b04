/// Finds text that the package ftfy would take for UTF-8 that was read in an encoding of one byte, such as `cafÃ©`, and repair.
///
/// Whatever ftfy would change is found. Beside that, a little that it would leave: it is asked whether characters are side by
/// side that are not in sensible text, and whether some of them could be the bytes of a character; for ftfy, the former has to
/// be so just where the latter is, in an encoding that goes for the whole text.
enum Mojibake {
    static func isSuspected(_ line: [Unicode.Scalar]) -> Bool {
        guard !line.allSatisfy(\.isASCII) else { return false }
        if line.contains(where: { 0x80...0x9F ~= $0.value }) { return true }
        guard MojibakeSigns.isUnlikely(line) else { return false }
        return isUTF8(line) || sequences(in: line).contains { MojibakeSigns.isUnlikely(Array(line[$0]), isPart: true) }
    }

    /// Whether a text, written in some encoding, is UTF-8 or comes close to it.
    private static func isUTF8(_ line: [Unicode.Scalar]) -> Bool {
        bytes.contains { page in
            var missing = 0
            for scalar in line {
                guard let byte = scalar.isASCII ? UInt8(scalar.value) : page[scalar] else { return false }
                if missing > 0 {
                    guard isFurther(byte) else { return false }
                    missing -= 1
                } else if byte >= 0x80 {
                    guard let count = furtherCount(byte) else { return false }
                    missing = count
                }
            }
            return missing == 0
        }
    }

    /// Where characters could be the bytes of others, each in an encoding of its own.
    private static func sequences(in line: [Unicode.Scalar]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for start in line.indices {
            for (count, first) in firstCharacters {
                let end = start + 1 + count
                guard end <= line.count, first.contains(line[start]),
                    line[(start + 1)..<end].allSatisfy({ furtherCharacters.contains($0) })
                else { continue }
                if let last = result.last, start <= last.upperBound {
                    result[result.count - 1] = last.lowerBound..<max(end, last.upperBound)
                } else {
                    result.append(start..<end)
                }
            }
        }
        return result
    }

    /// How many bytes follow the first one of a character.
    private static func furtherCount(_ byte: UInt8) -> Int? {
        switch byte {
        case 0xC0, 0xC2...0xDF: 1
        case 0xE0...0xEF: 2
        case 0xF0...0xF4: 3
        default: nil
        }
    }

    /// Also what may have become of such a byte: a blank of one that does not break lines, a question mark or a substitute of any.
    private static func isFurther(_ byte: UInt8) -> Bool {
        0x80...0xBF ~= byte || [UInt8(ascii: " "), UInt8(ascii: "?"), 0x1A].contains(byte)
    }

    /// The byte of each character beyond ASCII, for each encoding. U+FFFD means a substitute.
    private static let bytes: [[Unicode.Scalar: UInt8]] = CodePages.all.map { page in
        var result: [Unicode.Scalar: UInt8] = ["\u{FFFD}": 0x1A]
        for (index, scalar) in page.enumerated() { result[scalar] = UInt8(0x80 + index) }
        return result
    }

    /// The characters of the first byte of a character, by how many follow it.
    private static let firstCharacters: [(Int, Set<Unicode.Scalar>)] = [1, 2, 3].map { count in
        (count, characters { furtherCount($0) == count })
    }

    private static let furtherCharacters = characters { $0 < 0xC0 }.union([" "])

    private static func characters(_ isMeant: (UInt8) -> Bool) -> Set<Unicode.Scalar> {
        Set(
            CodePages.western.flatMap { page in
                page.enumerated().filter { isMeant(UInt8(0x80 + $0.offset)) }.map(\.element)
            })
    }
}
