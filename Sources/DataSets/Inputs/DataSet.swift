package import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A Data-Juicer data set: a JSONL file, plain or compressed with gzip, one sample a line. Blank lines are none.
package struct DataSet: ItemSource {
    package let path: FilePath
    let names: DataSetFields
    /// How many samples there are.
    package let count: Int
    /// The absolute path of the folder that the file is in.
    package let folder: FilePath
    /// Whether it is the file of an imagefolder, by its name and its first line.
    private let isMetadata: Bool

    /// Reads the file once, to count.
    /// - Throws: `FileError.unreadableFile`, also for a file that is something else than a sample a line.
    package init(path: FilePath, fields: DataSetFields = DataSetFields()) throws {
        self.path = path
        names = fields
        folder = Self.folder(of: path)
        let reader = try LineReader(path: path)
        var count = 0
        var first: [UInt8] = []
        var second: [UInt8]?
        var last: [UInt8] = []
        while let line = try reader.next() {
            if line.isBlank { continue }
            count += 1
            last = line.bytes ?? []
            if count == 1 { first = last } else if count == 2 { second = last }
        }
        if let cause = Self.misunderstanding(first, second, last: last) {
            throw FileError.unreadableFile(path, cause: cause)
        }
        self.count = count
        isMetadata =
            path.lastComponent == FilePath.Component(ImageFolder.linesName)
            && (try? JSONParser.parse(first, .row))?[ImageFolder.nameColumn] != nil
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(path: inputs[0].path, fields: fields)
    }

    package init(path: String, fields: DataSetFields = DataSetFields()) throws {
        try self.init(path: FilePath(exactly: path), fields: fields)
    }

    /// The absolute path of the folder that a file is in.
    package static func folder(of path: FilePath) -> FilePath { path.absolute.removingLastComponent() }

    package static func claims(_ input: GivenPath) -> Bool { isDataSet(input.path) }
    package static let hasSamples = true
    package static let takesSeveralInputs = false

    package var fields: DataSetFields? { names }
    package var paths: [String] { [path.absolute.escaped] }
    package var files: [FilePath] { [path] }
    package var notes: [String] {
        if count == 0 { return ["no samples in \(GivenPath(path).text)"] }
        let hint = "its folder with --input-format imagefolder means the images that it names"
        return isMetadata ? ["\(path.escaped) is read as a data set; \(hint)"] : []
    }

    package func items(_ range: Range<Int>) throws -> any ItemReader {
        try SampleReader(self, names, range)
    }

    /// Whether a file is taken for a data set, by its name. One that is compressed with another program than gzip is,
    /// too, so that it is refused for what it is.
    package static func isDataSet(_ path: FilePath) -> Bool {
        let packings = ["", ".gz", ".zst", ".xz", ".bz2", ".zip", ".7z", ".tar", ".tar.gz"]
        return path.bytes.hasEnding([".jsonl", ".jl", ".ndjson"].flatMap { kind in packings.map { kind + $0 } })
    }

    /// The samples' lines, from the first.
    package func lines() throws -> SampleLines { SampleLines(reader: try LineReader(path: path)) }

    /// What a file is whose lines cannot be samples, judged by the first two and the last. Single bad lines are no reason
    /// to refuse a file.
    private static func misunderstanding(_ first: [UInt8], _ second: [UInt8]?, last: [UInt8]) -> String? {
        guard !isObject(first) else { return nil }
        // In an archive that is not compressed, further lines are the samples of a file in it.
        if let name = ContentName.of(first), ["tar", "ZIP", "RAR", "7-Zip"].contains(name) {
            return ForeignContents.explanation(first, expected: .text)
        }
        let start = first.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let isArray = start.first == UInt8(ascii: "[")
        // An array may have its elements on lines of their own, and then its end.
        if let second, isObject(second), !(isArray && last.last { $0 > 0x20 } == UInt8(ascii: "]")) { return nil }
        if JSONParser.isWideText(first) {
            return ForeignContents.wideText
        }
        switch start.first {
        case UInt8(ascii: "[") where second == nil || (try? JSONParser.parse(first)) == nil:
            return "it is a JSON array, expected a JSON object a line; jq -c '.[]' makes that of it"
        case UInt8(ascii: "{"):
            guard start.dropFirst().isBlank, let second, second.first.map({ $0 <= 0x20 || $0 == 0x22 }) == true else {
                return nil
            }
            return "it is JSON over several lines, expected a JSON object a line; jq -c . makes that of it"
        case UInt8(ascii: "["), UInt8(ascii: "\""): return nil
        default:
            return ForeignContents.explanation(first, expected: .text)
        }
    }

    private static func isObject(_ line: [UInt8]) -> Bool { (try? JSONParser.parseObject(line)) != nil }
}
