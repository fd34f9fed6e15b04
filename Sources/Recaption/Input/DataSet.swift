import CaptionerFiles
import CaptionerJSON
public import SystemPackage

/// A Data-Juicer data set: a JSONL file, plain or compressed with gzip, one sample a line. Blank lines are none.
public struct DataSet: Sendable {
    public let path: FilePath
    public let fields: DataSetFields
    /// How many samples there are.
    public let count: Int
    /// The absolute path of the folder that the file is in.
    let folder: FilePath

    /// Reads the file once, to count.
    /// - Throws: `RecaptionError.unreadableFile`, also for a file that is something else than a sample a line.
    public init(path: FilePath, fields: DataSetFields = DataSetFields()) throws {
        self.path = path
        self.fields = fields
        folder = Self.folder(of: path)
        let reader = try LineReader(path: path)
        var count = 0
        var first: [UInt8] = []
        var second: [UInt8]?
        while let line = try reader.next() {
            if line.isBlank { continue }
            count += 1
            if count == 1 { first = line.bytes ?? [] } else if count == 2 { second = line.bytes }
        }
        if let cause = Self.misunderstanding(first, second) { throw RecaptionError.unreadableFile(path, cause: cause) }
        self.count = count
    }

    public init(path: String, fields: DataSetFields = DataSetFields()) throws {
        try self.init(path: FilePath(exactly: path), fields: fields)
    }

    /// The absolute path of the folder that a file is in.
    static func folder(of path: FilePath) -> FilePath { path.absolute.removingLastComponent() }

    /// Whether a file is taken for a data set, by its name.
    public static func isDataSet(_ path: FilePath) -> Bool {
        let name = path.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return [".jsonl", ".jsonl.gz", ".jl", ".ndjson"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// The samples' lines, from the first.
    func lines() throws -> SampleLines { SampleLines(reader: try LineReader(path: path)) }

    /// What a file is whose lines cannot be samples, judged by the first two. Single bad lines are no reason to refuse a
    /// file.
    private static func misunderstanding(_ first: [UInt8], _ second: [UInt8]?) -> String? {
        if first.starts(with: [0xFF, 0xFE]) || first.starts(with: [0xFE, 0xFF])
            || first.count > 1 && (first[0] == 0) != (first[1] == 0)
        {
            return "it is text in UTF-16 or UTF-32; save it as UTF-8, for example with iconv -t UTF-8"
        }
        let start = first.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
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
}

/// Lines that are not blank.
struct SampleLines {
    let reader: LineReader
    /// Whether any of those so far were blank.
    private(set) var hasBlankLines = false

    init(reader: LineReader) { self.reader = reader }

    /// - Throws: `RecaptionError.unreadableFile`.
    mutating func next() throws -> InputLine? {
        while let line = try reader.next() {
            if !line.isBlank { return line }
            hasBlankLines = true
        }
        return nil
    }
}
