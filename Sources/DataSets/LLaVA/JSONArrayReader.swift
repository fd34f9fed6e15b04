import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// Reads a file that is one JSON array, element by element, so that large ones need not fit into memory as values.
struct JSONArrayReader {
    private let path: FilePath
    private let bytes: Data
    private var position: Int
    private var count = 0
    /// Whether the file begins with a byte order mark, which is passed over.
    let hasByteOrderMark: Bool

    /// - Throws: `FileError.unreadableFile`, also for a file that is no array.
    init(path: FilePath) throws {
        self.path = path
        do {
            bytes = try FileBytes.mapped(path)
        } catch {
            throw FileError.unreadableFile(path, code: error.rawValue)
        }
        position = bytes.withoutByteOrderMark.startIndex
        hasByteOrderMark = position > bytes.startIndex
        skipSpace()
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "[") else {
            throw failure(ForeignContents.explanation(bytes, expected: .json) ?? "not a JSON array")
        }
        position += 1
    }

    /// How much of the file was read.
    var share: Double { Double(position) / Double(max(bytes.count, 1)) }

    /// - Throws: `FileError.unreadableFile`, which says which element is no JSON, and where; `CancellationError`.
    package mutating func next() throws -> JSONValue? {
        try Task.checkCancellation()
        skipSpace()
        guard position < bytes.endIndex else { throw failure("the array has no end") }
        if bytes[position] == UInt8(ascii: "]") {
            let end = position
            position += 1
            skipSpace()
            guard position == bytes.endIndex else {
                throw failure("something follows the end of the array, at byte \(position)")
            }
            position = end
            return nil
        }
        if count > 0 {
            guard bytes[position] == UInt8(ascii: ",") else {
                throw failure("expected , after element \(count), at byte \(position)")
            }
            position += 1
        }
        let start = position
        count += 1
        try skipElement()
        do {
            return try JSONParser.parse(bytes[start..<position], .row)
        } catch {
            let place = JSONError(offset: start - bytes.startIndex + error.offset, message: error.message)
            throw failure("element \(count) (index \(count - 1)): \(place)")
        }
    }

    /// To the comma or bracket after an element.
    private mutating func skipElement() throws {
        let start = position
        let end: Int? = bytes.withUnsafeBytes { bytes in
            var depth = 0
            var isQuoted = false
            var position = start
            while position < bytes.count {
                let byte = bytes[position]
                if isQuoted {
                    if byte == UInt8(ascii: "\\") {
                        position += 1
                    } else if byte == UInt8(ascii: "\"") {
                        isQuoted = false
                    }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isQuoted = true
                    case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                    case UInt8(ascii: "]"), UInt8(ascii: "}"):
                        if depth == 0 { return position }
                        depth -= 1
                    case UInt8(ascii: ",") where depth == 0: return position
                    default: break
                    }
                }
                position += 1
            }
            return nil
        }
        guard let end else {
            throw failure(
                "the array has no end: element \(count) (index \(count - 1)), which begins at byte \(start), is not closed"
            )
        }
        position = end
    }

    private mutating func skipSpace() {
        while position < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private func failure(_ cause: String) -> FileError { .unreadableFile(path, cause: cause) }
}
