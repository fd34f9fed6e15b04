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

    /// - Throws: `FileError.unreadableFile`, also for a file that is no array.
    init(path: FilePath) throws {
        self.path = path
        do {
            bytes = try FileBytes.mapped(path)
        } catch {
            throw FileError.unreadableFile(path, code: error.rawValue)
        }
        position = bytes.withoutByteOrderMark.startIndex
        skipSpace()
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "[") else {
            throw failure(ForeignContents.explanation(bytes, expected: .json) ?? "not a JSON array")
        }
        position += 1
    }

    /// - Throws: `FileError.unreadableFile`, which says which element is no JSON; `CancellationError`.
    package mutating func next() throws -> JSONValue? {
        try Task.checkCancellation()
        skipSpace()
        guard position < bytes.endIndex else { throw failure("the array has no end") }
        if bytes[position] == UInt8(ascii: "]") { return nil }
        if count > 0 {
            guard bytes[position] == UInt8(ascii: ",") else { throw failure("expected , after element \(count)") }
            position += 1
        }
        let start = position
        try skipElement()
        count += 1
        do {
            return try JSONParser.parse(bytes[start..<position], .row)
        } catch {
            throw failure("element \(count): \(error)")
        }
    }

    /// To the comma or bracket behind an element.
    private mutating func skipElement() throws {
        var depth = 0
        var isQuoted = false
        while position < bytes.endIndex {
            let byte = bytes[position]
            if isQuoted {
                if byte == UInt8(ascii: "\\") { position += 1 } else if byte == UInt8(ascii: "\"") { isQuoted = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isQuoted = true
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    if depth == 0 { return }
                    depth -= 1
                case UInt8(ascii: ",") where depth == 0: return
                default: break
                }
            }
            position += 1
        }
        throw failure("the array has no end")
    }

    private mutating func skipSpace() {
        while position < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private func failure(_ cause: String) -> FileError { .unreadableFile(path, cause: cause) }
}
