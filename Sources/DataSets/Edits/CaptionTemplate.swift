import CaptionerFiles
import SystemPackage

/// A text with places for an image's names: `{name}`, that of its file without the extension, and `{folder}`, that of the
/// folder it is in.
package struct CaptionTemplate: Sendable {
    /// As it was given.
    package let source: String
    private let parts: [Part]

    private enum Part: Sendable {
        case text(String)
        case name
        case folder
    }

    /// Other braces are taken as they are, as in `{red|blue}`.
    /// - Throws: `CaptionEditError` for a word in braces that is none of the two, which is a mistake.
    package init(_ source: String) throws(CaptionEditError) {
        self.source = source
        var parts: [Part] = []
        var rest = Array(source.utf8)[...]
        var text: [UInt8] = []
        while let byte = rest.first {
            let word = rest.dropFirst().prefix { (0x41...0x5A).contains($0 & 0xDF) || "_-".utf8.contains($0) }
            guard byte == UInt8(ascii: "{"), !word.isEmpty, word.first != UInt8(ascii: "-"),
                rest[word.endIndex...].first == UInt8(ascii: "}")
            else {
                text.append(byte)
                rest = rest.dropFirst()
                continue
            }
            parts.append(.text(String(decoding: text, as: UTF8.self)))
            text = []
            switch String(decoding: word, as: UTF8.self) {
            case "name": parts.append(.name)
            case "folder": parts.append(.folder)
            case let other: throw .unknownPlaceholder(other)
            }
            rest = rest[(word.endIndex + 1)...]
        }
        self.parts = parts + [.text(String(decoding: text, as: UTF8.self))]
    }

    /// - Throws: `ItemFailure` for an image without names, such as one in a `data:` address.
    func text(for task: CaptionTask) throws(ItemFailure) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .name: result += FilePath.escaped(try Self.path(of: task).exactStem ?? [])
            case .folder:
                let folder = try Self.path(of: task).absolute.removingLastComponent()
                result += FilePath.escaped(folder.lastComponent.map { FilePath(root: nil, [$0]).bytes } ?? [])
            }
        }
        return result
    }

    private static func path(of task: CaptionTask) throws(ItemFailure) -> FilePath {
        if let path = task.picture.file { return path }
        guard AddressScheme.of(task.name) == nil else {
            throw ItemFailure(stage: .write, message: "an image that is no file has no {name} and no {folder}")
        }
        return FilePath(escaped: task.name)
    }
}
