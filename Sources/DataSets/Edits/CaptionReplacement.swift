import CaptionerFiles
import Foundation

/// A regular expression and what replaces its matches in captions: `REGEX=TEXT`.
///
/// The syntax is that of ICU, which matches code points and not what they look like. `$1` in the text is the first group, `$0`
/// the match; a backslash takes the meaning of a dollar sign or a backslash after it.
package struct CaptionReplacement: Sendable {
    /// As it was given.
    package let source: String
    private let expression: NSRegularExpression
    private let template: String

    /// The expression ends before the first equals sign that is neither behind a backslash nor the sign of a group such as `(?=`.
    /// - Throws: `CaptionEditError`.
    package init(_ source: String) throws(CaptionEditError) {
        let bytes = Array(source.utf8)
        let groups = ["(?=", "(?<="].map { Array($0.utf8) }
        var isEscaped = false
        let sign = bytes.indices.first { index in
            let byte = bytes[index]
            defer { isEscaped = byte == UInt8(ascii: "\\") && !isEscaped }
            guard byte == UInt8(ascii: "="), !isEscaped else { return false }
            return !groups.contains { bytes[...index].suffix($0.count).elementsEqual($0) }
        }
        guard let sign, sign > 0 else { throw .noReplacement(source) }
        let pattern = String(decoding: bytes[..<sign], as: UTF8.self)
        do {
            expression = try NSRegularExpression(pattern: pattern)
        } catch {
            throw .badExpression(pattern)
        }
        template = String(decoding: bytes[(sign + 1)...], as: UTF8.self)
        // An empty text would stand for it.
        let count = expression.numberOfCaptureGroups
        if let group = Self.groups(in: bytes[(sign + 1)...]).first(where: { $0 > count }) {
            throw .noGroup(group, count: count)
        }
        self.source = source
    }

    /// The first digits of the groups that a template names: more of them belong to a number only if there are as many groups.
    private static func groups(in template: some Sequence<UInt8>) -> [Int] {
        var groups: [Int] = []
        var last: UInt8?
        for byte in template {
            if last == UInt8(ascii: "$"), (0x30...0x39).contains(byte) { groups.append(Int(byte) - 0x30) }
            last = last == UInt8(ascii: "\\") ? nil : byte
        }
        return groups
    }

    func replaced(in text: String) -> String {
        expression.stringByReplacingMatches(
            in: text, range: NSRange(text.startIndex..., in: text), withTemplate: template)
    }
}

/// What is wrong with an edit that was asked for.
package enum CaptionEditError: Error, Equatable, CustomStringConvertible {
    case noReplacement(String)
    case badExpression(String)
    case unknownPlaceholder(String)
    case noGroup(Int, count: Int)

    package var description: String {
        switch self {
        case .noReplacement(let source): "\(source.shortened) is no REGEX=TEXT"
        case .badExpression(let pattern): "\(pattern.shortened) is no regular expression"
        case .noGroup(let group, let count):
            "$\(group) is a group of the regular expression, which has \(count); a dollar sign is written \\$"
        case .unknownPlaceholder(let name): "{\(name.shortened)} is unknown, expected {name} or {folder}"
        }
    }
}
