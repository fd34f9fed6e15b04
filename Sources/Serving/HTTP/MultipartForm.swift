import CaptionerJSON
import Foundation

extension Data {
    /// Some of what a body begins with, white space left out.
    var firstCharacters: Data { prefix(64).drop { $0 == 0x20 || (0x09...0x0D).contains($0) } }
}

/// The parts of a body of the type `multipart/form-data` (RFC 7578).
struct MultipartForm {
    struct Part {
        let name: String
        /// Whether it was sent as a file.
        let isFile: Bool
        let content: Data
    }

    private(set) var parts: [Part] = []

    /// More are refused: each takes memory beside its bytes.
    private static let partLimit = 1000

    /// - Throws: `ServiceError.invalid`.
    init(_ body: Data, boundary: String) throws(ServiceError) {
        let delimiter = Data("--\(boundary)".utf8)
        guard var place = body.range(of: delimiter)?.upperBound else {
            throw .invalid("the form has no part: its boundary is not in the body")
        }
        while true {
            // After the last delimiter there are two dashes.
            if body[place...].starts(with: "--".utf8) { return }
            guard let start = Self.lineEnd(body, place) else { throw .invalid("the form is cut off") }
            guard let end = body.range(of: Data("\r\n".utf8) + delimiter, in: (start - 2)..<body.endIndex) else {
                throw .invalid("the form is cut off: a part has no end")
            }
            guard let blank = body.range(of: Data("\r\n\r\n".utf8), in: (start - 2)..<(end.lowerBound + 2)) else {
                throw .invalid("a part of the form has no empty line after its headers")
            }
            guard parts.count < Self.partLimit else { throw .invalid("the form has over \(Self.partLimit) parts") }
            let content = blank.upperBound <= end.lowerBound ? body[blank.upperBound..<end.lowerBound] : Data()
            let headers = String(decoding: body[start..<max(blank.lowerBound, start)], as: UTF8.self)
            parts.append(Self.part(headers, Data(content)))
            place = end.upperBound
        }
    }

    /// A body that is a form by its type and its first bytes; nil for others.
    /// - Throws: `ServiceError.invalid` for one that is damaged.
    static func reading(_ body: Data, type: String?) throws(ServiceError) -> MultipartForm? {
        guard let boundary = type.flatMap(boundary), body.firstCharacters.starts(with: "--".utf8) else { return nil }
        return try MultipartForm(body, boundary: boundary)
    }

    /// The first file, or a field with one of these names.
    func file(orFieldNamed names: Set<ExactString> = []) -> Data? {
        (parts.first(where: \.isFile) ?? parts.first { names.contains(ExactString($0.name)) })?.content
    }

    /// The fields that are no files.
    var texts: [(name: String, text: String)] {
        parts.filter { !$0.isFile }.map { ($0.name, String(decoding: $0.content, as: UTF8.self)) }
    }

    /// The boundary of a content type.
    private static func boundary(_ contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        return parameter("boundary", of: contentType)
    }

    /// What follows the line break that a delimiter ends with, white space before it left out.
    private static func lineEnd(_ body: Data, _ place: Int) -> Int? {
        let space = body[place...].prefix { $0 == 0x20 || $0 == 0x09 }
        let rest = body[(place + space.count)...]
        return rest.starts(with: "\r\n".utf8) ? place + space.count + 2 : nil
    }

    private static func part(_ headers: String, _ content: Data) -> Part {
        let disposition =
            headers.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-disposition:") }.map(
                String.init)
            ?? ""
        return Part(
            name: parameter("name", of: disposition) ?? "",
            isFile: parameter("filename", of: disposition) != nil || parameter("filename*", of: disposition) != nil,
            content: content)
    }

    /// A parameter of a header, with or without quotation marks.
    private static func parameter(_ name: String, of header: String) -> String? {
        var rest = header.utf8[...]
        while let semicolon = rest.firstIndex(of: UInt8(ascii: ";")) {
            rest = rest[semicolon...].dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let found = String(decoding: rest[..<equals], as: UTF8.self).lowercased()
            rest = rest[equals...].dropFirst()
            var value: [UInt8] = []
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                    // Only a quotation mark and a backslash are escaped; other backslashes are of old Windows paths.
                    if byte == UInt8(ascii: "\\"), let next = rest.first, next == 0x22 || next == 0x5C {
                        value.append(next)
                        rest = rest.dropFirst()
                    } else {
                        value.append(byte)
                    }
                }
            } else {
                value = Array(rest.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 })
            }
            if found.hasSameBytes(as: name) { return String(decoding: value, as: UTF8.self) }
        }
        return nil
    }
}
