import Foundation
import TestSupport
import Testing

@testable import CaptionerTokenization

/// Folders whose files speak of added tokens, in agreement and not, are read as transformers 4.38 reads them;
/// `weights-tools/fixtures/added_tokens.py` made them.
struct AddedTokenFixtureTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            let files: [String: String]
            let size: Int
            let special: [Int]
            let ids: [[Int]]
            let first: Int
            let text: [String]
        }

        let texts: [String]
        /// What the files have in place of `@0@`, `@1@` and so on.
        let vocabularies: [String]
        let cases: [Case]
    }

    private func fixture() throws -> Fixture {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Fixtures/added.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }

    @Test func everyFolderIsReadAsTransformersDoes() throws {
        let fixture = try fixture()
        #expect(fixture.cases.count > 70)
        for (number, expected) in fixture.cases.enumerated() {
            let folder = try TemporaryFolder()
            for (name, contents) in expected.files {
                var contents = contents
                for (place, vocabulary) in fixture.vocabularies.enumerated() {
                    contents = contents.replacing("@\(place)@", with: vocabulary)
                }
                try folder.write(contents, as: name)
            }
            let tokenizer = try Tokenizer(folder: folder.url)
            #expect(tokenizer.vocabularySize == expected.size, "folder \(number)")
            #expect(tokenizer.specialTokenIDs.sorted() == expected.special, "folder \(number)")
            for (text, ids) in zip(fixture.texts, expected.ids) {
                #expect(tokenizer.encode(text) == ids, "folder \(number), \(text.debugDescription)")
            }
            for (id, text) in expected.text.enumerated() {
                let found = tokenizer.decode([expected.first + id], skippingSpecialTokens: false)
                #expect(Array(found.utf8) == Array(text.utf8), "folder \(number), \(expected.first + id)")
            }
        }
    }
}
