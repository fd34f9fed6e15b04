package import CaptionerFiles
import SystemPackage

/// Hands out the samples of a data set, reading it as it goes.
final class SampleReader: ItemReader {
    private let dataSet: DataSet
    private let fields: DataSetFields
    private var lines: SampleRange

    init(_ dataSet: DataSet, _ fields: DataSetFields, _ range: Range<Int>) throws {
        self.dataSet = dataSet
        self.fields = fields
        lines = try SampleRange(dataSet, range)
    }

    /// - Throws: `FileError.unreadableFile`, also when the data set became shorter since it was counted.
    package func next() throws -> Item? {
        guard let (index, line) = try lines.next() else { return nil }
        do {
            let sample = try Sample(line: line.read(), fields: fields, folder: dataSet.folder)
            return Item(index: index, content: .sample(sample))
        } catch {
            return Item(index: index, content: .badLine("sample \(index + 1): \(error)"))
        }
    }
}

/// The lines of some samples of a data set.
struct SampleRange {
    private let path: FilePath
    private var lines: SampleLines
    private var rest: Range<Int>

    /// How many lines of the file were read, blank ones included.
    var lineCount: Int { lines.reader.lineCount }

    init(_ dataSet: DataSet, _ range: Range<Int>) throws {
        path = dataSet.path
        rest = range
        lines = try dataSet.lines()
        for _ in 0..<range.lowerBound where try lines.next() == nil { break }
    }

    /// The next line, with the number of its sample, from 0; nil after the last.
    /// - Throws: `FileError.unreadableFile`, also when the data set became shorter since it was counted.
    mutating func next() throws -> (index: Int, line: InputLine)? {
        guard let index = rest.popFirst() else { return nil }
        guard let line = try lines.next() else {
            throw FileError.unreadableFile(path, cause: "it became shorter while it was read")
        }
        return (index, line)
    }
}

/// Lines that are not blank.
package struct SampleLines {
    package let reader: LineReader
    /// Whether any of those so far were blank.
    private(set) var hasBlankLines = false

    init(reader: LineReader) { self.reader = reader }

    /// - Throws: `FileError.unreadableFile`.
    package mutating func next() throws -> InputLine? {
        while let line = try reader.next() {
            if !line.isBlank { return line }
            hasBlankLines = true
        }
        return nil
    }
}
