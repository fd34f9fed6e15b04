package import CaptionerFiles

/// Hands out the samples of a data set, reading it as it goes.
final class SampleReader: ItemReader {
    private let dataSet: DataSet
    private let fields: DataSetFields
    private var lines: SampleLines
    private var rest: Range<Int>

    init(_ dataSet: DataSet, _ fields: DataSetFields, _ range: Range<Int>) throws {
        self.dataSet = dataSet
        self.fields = fields
        rest = range
        lines = try dataSet.lines()
        for _ in 0..<range.lowerBound where try lines.next() == nil { break }
    }

    /// - Throws: `FileError.unreadableFile`, also when the data set became shorter since it was counted.
    package func next() throws -> Item? {
        guard let index = rest.popFirst() else { return nil }
        guard let line = try lines.next() else {
            throw FileError.unreadableFile(dataSet.path, cause: "it became shorter while it was read")
        }
        do {
            let sample = try Sample(line: line.read(), fields: fields, folder: dataSet.folder)
            return Item(index: index, content: .sample(sample))
        } catch {
            return Item(index: index, content: .badLine("sample \(index + 1): \(error)"))
        }
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
