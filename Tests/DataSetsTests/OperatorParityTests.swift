import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// Rows and numbers equal those that Data-Juicer's own operators leave.
@Suite struct OperatorParityTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let profile: CompatibilityProfile
        let dataSet: String
        let recipe: String
        /// Files with what is expected.
        let rows: String
        let stats: String?

        var testDescription: String { "\(name), \(profile.rawValue)" }
    }

    private static let fixtures = Fixtures.package.appendingPathComponent("Tests/DataSetsTests/Fixtures/operators")

    private static let manifest = try? JSONParser.parse(
        Data(contentsOf: fixtures.appendingPathComponent("manifest.json")))

    private static let cases: [Case] = (manifest?["cases"]?.elements ?? []).flatMap { entry in
        (entry["expected"]?.members ?? []).compactMap { member in
            guard let profile = CompatibilityProfile(rawValue: member.key.string), let name = entry["name"]?.text,
                let dataSet = entry["data_set"]?.text, let rows = member.value["rows"]?.text,
                let process = entry["process"], let keeps = entry["keeps_stats"]
            else { return nil }
            // JSON is a part of YAML.
            let recipe = JSONValue.object([JSONMember("process", process), JSONMember("keep_stats_in_res_ds", keeps)])
            return Case(
                name: name, profile: profile, dataSet: dataSet, recipe: recipe.json(), rows: rows,
                stats: member.value["stats"]?.text)
        }
    }

    @Test func thereAreCases() { #expect(Self.cases.count > 50) }

    @Test(arguments: cases) func rowsAndNumbersAreThoseOfDataJuicer(_ test: Case) async throws {
        let folder = try TemporaryFolder()
        let root = folder.path("operators")
        func fixture(_ name: String) throws -> String {
            try String(contentsOf: Self.fixtures.appendingPathComponent(name), encoding: .utf8)
        }
        try folder.write(fixture(test.dataSet), as: "operators/set.jsonl")
        try folder.write(fixture("flagged_words.json"), as: "operators/words/my_flagged_words.json")
        try folder.write("no image", as: "operators/images/text.jpg")
        try folder.copy(Fixtures.pictures.appendingPathComponent("scene-000.jpg"), as: "operators/images/again.jpg")
        try folder.copy(Self.fixtures.appendingPathComponent("turned.jpg"), as: "operators/images/turned.jpg")
        for name in Self.manifest?["images"]?.elements?.compactMap(\.text) ?? [] {
            try folder.copy(Fixtures.pictures.appendingPathComponent(name), as: "operators/images/\(name)")
        }
        try folder.write(test.recipe.replacing("@FOLDER@", with: root), as: "recipe.yaml")
        let recipe = try DataJuicerRecipe(path: .init(folder.path("recipe.yaml")))
        let pass = OperatorPass(
            recipe.operatorsBefore, .alone, profile: test.profile, keepsStats: recipe.keepsStats)
        let dataSet = try DataSet(path: folder.path("operators/set.jsonl"))
        let counts = try await pass(dataSet, to: PassFiles(output: .init(folder.path("out.jsonl"))))

        let spelled = test.profile == .betterSynth ? root.replacing("/", with: "\\/") : root
        func check(_ file: String, _ expected: String) throws {
            let own = try String(contentsOfFile: folder.path(file), encoding: .utf8)
            let wanted = try fixture(expected).replacing("@FOLDER@", with: spelled)
            // Line by line first, so that a failure names the line.
            for (row, other) in zip(own.split(separator: "\n"), wanted.split(separator: "\n")) where row != other {
                Issue.record("wrote \(row), expected \(other)")
            }
            #expect(own.utf8.elementsEqual(wanted.utf8))
        }
        try check("out.jsonl", test.rows)
        if let stats = test.stats { try check("out_stats.jsonl", stats) }
        // Nothing is lost without a word.
        #expect(counts.total == counts.kept + counts.dropped.reduce(0, +) + counts.unreadable)
        let dropped = (try? String(contentsOfFile: folder.path("out.jsonl.dropped.jsonl"), encoding: .utf8)) ?? ""
        #expect(dropped.utf8.count { $0 == 0x0A } == counts.total - counts.kept)
    }
}
