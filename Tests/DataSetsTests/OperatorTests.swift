import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// Operators of a configuration beside what the versions of Data-Juicer do as well.
@Suite struct OperatorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func recipe(_ process: String, ignoresOperators: Bool = false) throws -> DataJuicerRecipe {
        try folder.write("process: \(process)\n", as: "recipe.yaml")
        return try DataJuicerRecipe(
            path: FilePath(folder.path("recipe.yaml")), ignoresOperators: ignoresOperators)
    }

    /// Runs a pass over lines.
    private func run(
        _ process: String, on lines: String, _ place: OperatorPass.Place = .alone, keepsStats: Bool = false,
        similarities: (any SimilarityProvider)? = nil
    ) async throws -> OperatorPass.Counts {
        try folder.write(lines, as: "set.jsonl")
        let pass = OperatorPass(try recipe(process).operatorsBefore, place, keepsStats: keepsStats)
        return try await pass(
            DataSet(path: folder.path("set.jsonl")), to: PassFiles(output: FilePath(folder.path("out.jsonl"))),
            similarities: similarities)
    }

    // MARK: Configurations

    @Test(arguments: [
        ("[text_length_filter: {min_length: 3}]", "text_length_filter has no parameter min_length here; it has"),
        ("[text_length_filter: {min_len: many}]", "min_len of text_length_filter is no whole number"),
        ("[text_length_filter: [1, 2]]", "text_length_filter has no mapping of parameters"),
        ("[words_num_filter: {tokenization: true}]", "tokenization of words_num_filter is true"),
        ("[image_shape_filter: {any_or_all: some}]", "any_or_all of image_shape_filter is none of any, all"),
        ("[image_size_filter: {max_size: 1.5 MB}]", "max_size of image_size_filter is 1.5 MB, expected"),
        ("[image_deduplicator: {method: ahash}]", "method of image_deduplicator is none of phash"),
        ("[flagged_words_filter]", "flagged_words_filter has no flagged_words_dir"),
        ("[flagged_words_filter: {flagged_words_dir: /nowhere/at/all}]", "/nowhere/at/all: No such file or directory"),
        ("[topk_specified_field_selector: {topk: 3}]", "topk_specified_field_selector has no field_key"),
        ("[topk_specified_field_selector: {field_key: a, top_ratio: 2}]", "top_ratio of topk_specified_field_selector"),
        ("[topk_specified_field_selector: {field_key: a}]", "has neither top_ratio nor topk"),
        ("[range_specified_field_selector: {field_key: a, lower_rank: 1}]", "takes a lower and an upper bound"),
        ("[{text_length_filter: {min_len: 2}, image_deduplicator: {}}]", "names more than text_length_filter; each"),
        ("[{}]", "an entry of process is no operator"),
        ("{text_length_filter: {min_len: 2}}", "process is no list of operators"),
        ("[perplexity_filter, text_length_filter]", "operators that cannot be done here: perplexity_filter;"),
        ("[image_captioning_mapper, image_captioning_mapper]", "cannot be done here: image_captioning_mapper;"),
        ("[]", "its process has no image_captioning_mapper, and no other operator that is done here"),
    ])
    func mistakesAreNamed(_ process: String, _ message: String) throws {
        let error = #expect(throws: FileError.self) { try recipe(process) }
        #expect("\(try #require(error))".contains(message), "\(String(describing: error))")
    }

    @Test func operatorsStandBeforeAndAfterCaptions() throws {
        let process =
            "[text_length_filter: {batch_size: 5, num_proc: 2}, perplexity_filter, image_captioning_mapper, image_deduplicator]"
        let recipe = try recipe(process, ignoresOperators: true)
        #expect(recipe.captions)
        #expect(recipe.operatorsBefore.map(\.name) == ["text_length_filter"])
        #expect(recipe.operatorsAfter.map(\.name) == ["image_deduplicator"])
        #expect(recipe.ignoredOperators == ["perplexity_filter"])
    }

    // MARK: Passes

    @Test func rowsKeepEveryByteAndDroppedOnesTheirReason() async throws {
        let lines = """
            { "text":"long enough, it is" , "x": 1.50, "__dj__stats__": {"text_len": 3} }
            {"id": 7, "text": "short"}
            no JSON
            {"text": ["a list"]}

            """
        let counts = try await run("[text_length_filter]", on: lines)
        #expect(counts.kept == 1 && counts.dropped == [2] && counts.unreadable == 1 && counts.recomputed == 1)
        #expect(try folder.text("out.jsonl") == "{ \"text\":\"long enough, it is\" , \"x\": 1.50 }\n")
        #expect(try folder.text("out_stats.jsonl") == "{\"__dj__stats__\": {\"text_len\": 18}}\n")
        let dropped = try folder.text("out.jsonl.dropped.jsonl").split(separator: "\n")
        #expect(
            dropped.first
                == #"{"index": 2, "reason": "sample 3: not JSON: expected an object at byte 0"}"#, "\(dropped)")
        #expect(
            dropped.dropFirst().first
                == #"{"index": 1, "id": 7, "operator": "text_length_filter", "reason": "text_len is 5; kept is at least 10", "stats": {"text_len": 5}, "sample": {"id": 7, "text": "short"}}"#
        )
        #expect(
            dropped.last
                == #"{"index": 3, "operator": "text_length_filter", "reason": "cannot be judged: \"text\" is missing or no text", "sample": {"text": ["a list"]}}"#
        )
        // Nothing is left of an earlier pass.
        _ = try await run("[text_length_filter]", on: "{\"text\": \"long enough, it is\"}\n", keepsStats: true)
        #expect(
            try folder.text("out.jsonl")
                == "{\"text\": \"long enough, it is\", \"__dj__stats__\": {\"text_len\": 18}}\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.jsonl.dropped.jsonl")))
    }

    @Test func membersAreSetAndTakenAway() throws {
        func sample(_ line: String) throws -> Sample {
            try Sample(line: Array(line.utf8), fields: DataSetFields(), folder: FilePath("/"))
        }
        for (line, without) in [
            (#"{"x": 1}"#, "{}"), (#"{ "x" : 1 , "y":2}"#, #"{"y":2}"#),
            (#"{"a": {"x": 1}, "x": 2 }"#, #"{"a": {"x": 1} }"#),
            (#"{"x": 1, "a": "}", "x": 3, "b":4}"#, #"{"a": "}", "b":4}"#), ("{}", "{}"),
        ] {
            #expect(try sample(line).line(without: "x") == without)
            let members = try sample(sample(line).line(setting: "x", to: .integer(9))).members
            #expect(members.value(of: "x") == .integer(9))
        }
        #expect(try sample("{ }").line(setting: "x", to: .null) == #"{ "x": null}"#)
        #expect(try sample(#"{"a": 1 } "#).line(setting: "x", to: .null) == #"{"a": 1, "x": null} "#)
    }

    @Test func imagesThatLookAlikeAreKeptOnce() async throws {
        for name in ["scene-000.jpg", "scene-001.jpg"] {
            try folder.copy(Fixtures.pictures.appendingPathComponent(name), as: name)
        }
        try folder.copy(Fixtures.pictures.appendingPathComponent("scene-000.jpg"), as: "copy.jpg")
        let lines = [
            #"{"id": 0, "text": "a", "images": ["scene-000.jpg"]}"#, #"{"id": 1, "text": "a", "images": []}"#,
            #"{"id": 2, "text": "b", "images": ["copy.jpg"]}"#, #"{"id": 3, "text": "a"}"#,
            #"{"id": 4, "text": "a", "images": ["scene-001.jpg", "copy.jpg"]}"#,
            #"{"id": 5, "text": " a ", "images": ["copy.jpg", "copy.jpg"]}"#,
            #"{"id": 6, "text": "a", "images": ["gone.jpg"]}"#,
        ].joined(separator: "\n")
        func ids() throws -> [Int] {
            try folder.text("out.jsonl").split(separator: "\n").compactMap {
                try JSONParser.parse($0.utf8)["id"]?.integer
            }
        }
        #expect(try await run("[image_deduplicator]", on: lines).dropped == [3])
        #expect(try ids() == [0, 1, 3, 4])
        _ = try await run("[image_deduplicator: {consider_text: true}]", on: lines)
        #expect(try ids() == [0, 1, 2, 4])
    }

    /// Count and CRC-32 are those of the set in py-data-juicer 1.6.1 with emoji 2.2.0, its members in order as UTF-8.
    @Test func specialCharactersAreThoseOfDataJuicer() {
        let special = (UInt32(0)...0x10FFFF).compactMap { Unicode.Scalar($0) }.filter(SpecialCharacters.contains)
        var bytes = FilePrefix()
        for scalar in special { bytes.add(Array(String(scalar).utf8)) }
        #expect(special.count == 1618)
        #expect(bytes.checksum == 3_038_539_074)
    }

    // MARK: Similarities

    /// Records how many images a question has, and how long its text is.
    private struct FakeModel: SimilarityProvider {
        func similarities(
            _ questions: [SimilarityQuestion], model: String
        ) async throws -> [Result<[Float], ItemFailure>] {
            questions.map { question in
                question.text == "fail"
                    ? .failure(ItemFailure(stage: .caption, message: "no answer"))
                    : .success(question.images.indices.map { Float($0 + 1) / Float(10 * max(question.text.count, 1)) })
            }
        }

        func matches(
            _ questions: [SimilarityQuestion], model: String
        ) async throws -> [Result<[Float], ItemFailure>] {
            try await similarities(questions, model: model).map { $0.map { $0.map { $0 / 2 } } }
        }

        func similarities(
            ofPairs pairs: [(any PictureSource, any PictureSource)], model: String
        ) async throws -> [Result<Float, ItemFailure>] {
            pairs.map { _ in .success(0.5) }
        }
    }

    @Test func chunksAreComparedWithTheirImages() async throws {
        let lines = [
            #"{"text": "<__dj__image><__dj__image> a <|__dj__eoc|>words<|__dj__eoc|><__dj__image> four <|__dj__eoc|>", "images": ["1", "2", "3"]}"#,
            #"{"text": "<__dj__image> fail <|__dj__eoc|>", "images": ["1"]}"#, #"{"text": "no image"}"#,
            #"{"text": "<__dj__image> far too long a text", "images": ["1"]}"#,
        ].joined(separator: "\n")
        let counts = try await run(
            "[image_text_similarity_filter: {reduce_mode: max, hf_clip: some/model}]", on: lines,
            similarities: FakeModel())
        #expect(counts.kept == 2 && counts.dropped == [2])
        #expect(
            try folder.text("out_stats.jsonl") == """
                {"__dj__stats__": {"image_text_similarity": [0.20000000298023224, 0.02500000037252903]}}
                {"__dj__stats__": {"image_text_similarity": []}}

                """)
        await #expect(throws: DataSetError.noSimilarityModel(operation: "image_text_similarity_filter")) {
            try await run("[image_text_similarity_filter]", on: lines)
        }
        let pairs = try await run(
            "[image_pair_similarity_filter: {min_score: 0.5}]",
            on: "{\"text\": \"\", \"images\": [\"1\", \"2\"]}\n{\"text\": \"\", \"images\": [\"1\", \"1\"]}\n",
            similarities: FakeModel())
        #expect(pairs.kept == 1 && pairs.dropped == [1])
    }

    // MARK: Once more

    @Test func aPassIsDoneAgainOnlyWhereSomethingChanged() async throws {
        let files = PassFiles(before: FilePath(folder.path("out.jsonl")))
        func update(_ process: String, _ lines: String, overwrites: Bool = false) async throws -> Bool {
            try folder.write(lines, as: "set.jsonl")
            let pass = OperatorPass(try recipe(process).operatorsBefore, .beforeCaptions)
            return try await pass.update(
                DataSet(path: folder.path("set.jsonl")), to: files, overwrites: overwrites
            ).isNew
        }
        let lines = "{\"text\": \"a text that is long enough\"}\n"
        #expect(try await update("[text_length_filter]", lines))
        let rows = try folder.text("out.jsonl.before.jsonl")
        #expect(try await !update("[text_length_filter]", lines))
        #expect(try await update("[text_length_filter]", lines + lines))
        #expect(try folder.text("out.jsonl.before.jsonl") == rows + rows)
        try folder.write("damaged", as: "out.jsonl.before.jsonl")
        #expect(try await update("[text_length_filter]", lines))
        #expect(try folder.text("out.jsonl.before.jsonl") == rows)
        let error = await #expect(throws: DataSetError.self) { try await update("[words_num_filter]", lines) }
        #expect("\(try #require(error))".contains("was made otherwise: operators was"))
        #expect(try await update("[words_num_filter: {min_num: 1}]", lines, overwrites: true))
        try FileManager.default.removeItem(atPath: folder.path("out.jsonl.before.jsonl.pass.json"))
        await #expect(throws: FileError.outputExists(path: files.rows.escaped)) {
            try await update("[words_num_filter: {min_num: 1}]", lines)
        }
    }
}
