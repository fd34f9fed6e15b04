import CaptionerFiles
import CaptionerJSON
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct TabSeparatedTableTests {
    /// Some that real files have, and others of random characters that mean something to a reader.
    @Test func tablesAreReadAsPandasReadsThem() throws {
        let folder = try TemporaryFolder()
        let cases = try #require(EvaluationFixture.json("tables.json").elements)
        #expect(cases.count > 300)
        for (number, pair) in cases.enumerated() {
            let pair = try #require(pair.elements)
            let text = try #require(pair[0].text)
            try folder.write(text, as: "t.tsv")
            var found = JSONValue.null
            // pandas and this refuse the same.
            if let table = try? TabSeparatedTable(folder.filePath("t.tsv")) {
                let rows = try (0..<table.rowCount).map { row in
                    JSONValue.array(
                        try table.columns.indices.map { try table.text(row, $0).map { .string($0) } ?? .null })
                }
                found = .array([.array(table.columns.map { .string($0) })] + rows)
            }
            #expect(found == pair[1], "\(number): \(text.debugDescription)")
        }
    }
}
