import CaptionerImageProcessing
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// Rows are those that Data-Juicer's selectors, filter and deduplicator leave, and hashes those of imagededup.
@Suite struct SelectionParityTests {
    @Test func rowsAreThoseOfDataJuicer() async throws {
        let cases = try #require(try SelectionFixtures.json("manifest.json")["cases"]?.elements)
        #expect(cases.count > 60)
        for item in cases {
            let name = try #require(item["set"]?.text)
            let rows = SelectionFixtures.folder.appendingPathComponent("\(name).jsonl")
            let total = try String(contentsOf: rows, encoding: .utf8).split(separator: "\n").count
            let options = try #require(item["options"])
            let selected = try await Selected(Self.selection(item, options, total), of: rows)
            let expected = item["left"]?.elements?.compactMap(\.integer)
            #expect(try selected.ids == expected, "\(item.json())")
            #expect(selected.dropped.count + (expected?.count ?? 0) == total)
        }
    }

    /// The selection that an operator of Data-Juicer is.
    private static func selection(_ item: JSONValue, _ options: JSONValue, _ total: Int) throws -> RowSelection {
        var selection = RowSelection()
        selection.field = options["field_key"]?.text.map(ScoreField.init)
        switch item["operator"]?.text {
        case "image_text_similarity_filter":
            let rule = try #require(options["any_or_all"]?.text.flatMap(ScoreRange.Rule.init))
            selection.range = ScoreRange(
                minimum: options["min_score"]?.double, maximum: options["max_score"]?.double, rule: rule)
        case "topk_specified_field_selector":
            selection.ranks = RankCut(topRatio: options["top_ratio"]?.double, topCount: options["topk"]?.integer)
            selection.isOrderedByScore = true
        case "range_specified_field_selector":
            // Its ranks are counted from the worst.
            let lower = options["lower_rank"]?.integer ?? 0
            let upper = min(try #require(options["upper_rank"]?.integer), total)
            selection.ranks = RankCut(topCount: max(upper - lower, 0), skippedCount: total - upper)
            selection.isOrderedByScore = true
        default: Issue.record("an unknown operator: \(item.json())")
        }
        return selection
    }

    /// Small images are Pillow's to the last bit, so that the hashes can be imagededup's.
    @Test func perceptualHashesAreThoseOfImagededup() throws {
        let images = try #require(try SelectionFixtures.json("hashes.json")["images"]?.elements)
        #expect(images.count > 350)
        var hashes: Set<PerceptualHash> = []
        for item in images {
            let name = try #require(item["image"]?.text)
            let file = Fixtures.package.appendingPathComponent("Tests/\(name)")
            let image = try ImageDecoder().decode(contentsOf: file)
            let small = image.resized(width: 32, height: 32, filter: .lanczos)
            #expect(SHA256.hexadecimal(small.bytes).hasPrefix(try #require(item["small"]?.text)), "\(name)")
            let hash = PerceptualHash(image)
            #expect(hash.hexadecimal == item["phash"]?.text, "\(name)")
            hashes.insert(hash)
        }
        #expect(hashes.count > 200)
    }

    @Test func samplesOfSeveralImagesAreThoseOfDataJuicer() async throws {
        let document = try SelectionFixtures.json("hashes.json")
        let samples = try #require(document["samples"]?.elements)
        let folder = try TemporaryFolder()
        let tests = Fixtures.package.appendingPathComponent("Tests").path
        let lines = samples.enumerated().map { place, images in #"{"id": \#(place), "images": \#(images.json())}"# }
        let file = try folder.write(lines.joined(separator: "\n"), as: "samples.jsonl")
        var selection = RowSelection()
        selection.duplicates = .perceptualHash
        selection.images = FilePath(tests)
        selection.threadCount = 3
        let selected = try await Selected(selection, of: file)
        #expect(try selected.ids == document["kept"]?.elements?.compactMap(\.integer))
        #expect(!selected.dropped.isEmpty && selected.summary.unreadableCount == 0)
    }

    @Test func similarRowsAreThoseOfNumpy() async throws {
        let expected = try #require(try SelectionFixtures.json("manifest.json")["similar"])
        var selection = RowSelection()
        let embeddings = FilePath(SelectionFixtures.folder.appendingPathComponent("embeddings").path)
        selection.duplicates = .similarity(
            embeddings: embeddings, maximum: try #require(expected["maximum"]?.double), products: Selected.products)
        let rows = SelectionFixtures.folder.appendingPathComponent("embedded.jsonl")
        let selected = try await Selected(selection, of: rows)
        let found = selected.dropped.map { record in
            [record["index"]?.double, record["duplicate_of"]?.double, record["similarity"]?.double].map { $0 ?? -1 }
        }
        let wanted = try #require(expected["duplicates"]?.elements?.compactMap { $0.elements?.compactMap(\.double) })
        #expect(wanted.count > 30 && found.map { $0[..<2] } == wanted.map { $0[..<2] })
        for (found, wanted) in zip(found, wanted) { #expect(abs(found[2] - wanted[2]) < 1e-4) }
    }
}
