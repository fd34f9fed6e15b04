import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport

@testable import CaptionerDataSets

/// What a selection made of a file.
struct Selected {
    let kept: [UInt8]
    let dropped: [JSONValue]
    let summary: SelectionSummary

    /// Runs a selection in a folder of its own, or a given one.
    init(_ selection: RowSelection, of input: URL, in given: TemporaryFolder? = nil) async throws {
        let folder = try given ?? TemporaryFolder()
        let (output, dropped) = (folder.path("kept.jsonl"), folder.path("kept.jsonl.dropped.jsonl"))
        summary = try await selection(FilePath(input.path), to: FilePath(output), dropped: FilePath(dropped)) { _, _ in
        }
        kept = Array(try Data(contentsOf: URL(fileURLWithPath: output)))
        self.dropped = try Data(contentsOf: URL(fileURLWithPath: dropped)).split(separator: UInt8(ascii: "\n")).map {
            try JSONParser.parse($0, .row)
        }
    }

    /// Dot products, written for reading.
    @Sendable static func products(_ rows: [Float], _ others: [Float], _ width: Int) -> [Float] {
        (0..<(rows.count / width)).flatMap { row in
            (0..<(others.count / width)).map { other -> Float in
                var sum: Float = 0
                for k in 0..<width { sum += rows[row * width + k] * others[other * width + k] }
                return sum
            }
        }
    }

    /// The ids of the rows that are kept, in the order in which they were written.
    var ids: [Int] {
        get throws {
            try kept.split(separator: UInt8(ascii: "\n")).compactMap { try JSONParser.parse($0, .row)["id"]?.integer }
        }
    }

    var reasons: [String] { dropped.compactMap { $0["reason"]?.text } }
}

/// The folder of what Data-Juicer made.
enum SelectionFixtures {
    static let folder = Fixtures.package.appendingPathComponent("Tests/DataSetsTests/Fixtures/selection")

    static func json(_ name: String) throws -> JSONValue {
        try JSONParser.parse(Data(contentsOf: folder.appendingPathComponent(name)))
    }
}
