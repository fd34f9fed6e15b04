import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerJSON
@testable import CaptionerRecaption

/// Runs that score texts. The scorer's weights are random: its similarities mean nothing, but they differ.
@Suite(.timeLimit(.minutes(45))) struct ScoringRunTests {
    private let fixture: RunFixture
    private let encoder: ImageTextEncoder

    init() async throws {
        fixture = try await RunFixture()
        let folder = Fixtures.folder.deletingLastPathComponent().appending(path: "EncoderTests/Fixtures/new")
        encoder = try await ImageTextEncoder(
            modelFolder: folder, options: Captioner.Options(batchSize: 2, precision: .float32),
            beside: fixture.captioner)
        for (index, text) in ["a red circle", "words", "a blue square\n", "", "grün", "x"].enumerated() {
            try fixture.folder.write(text, as: "p\(index).txt")
        }
    }

    private func models(_ change: (inout ScoringRules) -> Void = { _ in }) -> RunModels {
        var rules = ScoringRules()
        change(&rules)
        return RunModels(rules.captions ? fixture.captioner : nil, scorer: .init(encoder, rules))
    }

    @discardableResult
    private func run(
        _ job: RecaptionJob, _ models: RunModels, _ output: String, stopAfter count: Int = .max
    ) async throws -> RunProgress {
        var asked = 0
        return try await job(
            by: models, to: fixture.files(output), progress: { _ in },
            isStopped: {
                asked += 1
                return asked > count
            })
    }

    private func rows(_ output: String) throws -> [JSONValue] {
        try fixture.lines(fixture.folder.path(output)).map { try JSONParser.parse(Array($0.utf8), .row) }
    }

    private static let rules: [@Sendable (inout ScoringRules) -> Void] = [
        { $0.writesStats = true },
        {
            $0.writesStats = true
            $0.keeps = .better
        },
        {
            $0.writesStats = true
            $0.recaptionBelow = 0
        },
        { $0.keeps = .better },
        {
            $0.writesStats = true
            $0.captions = false
        },
    ]

    /// Wherever a run is interrupted, it resumes to the same bytes; so it does in shards.
    @Test(arguments: [OutputFormat.jsonl, .csv, .dataJuicer], 0..<rules.count)
    func interruptedAndShardedRunsAreTheSame(format: OutputFormat, rule: Int) async throws {
        let models = models(Self.rules[rule])
        let input = format == .dataJuicer ? try fixture.dataSet() : try fixture.images()
        let job = fixture.job(input, format)
        try await run(job, models, "whole")
        let whole = fixture.bytes(fixture.folder.path("whole"))
        let errors = fixture.bytes(fixture.folder.path("whole.errors.jsonl"))
        #expect(!whole.isEmpty)
        for count in 0..<3 {
            let output = "stopped\(count)"
            var progress = try await run(job, models, output, stopAfter: count)
            while progress.isInterrupted { progress = try await run(job, models, output, stopAfter: count) }
            #expect(fixture.bytes(fixture.folder.path(output)) == whole)
            #expect(fixture.bytes(fixture.folder.path("\(output).errors.jsonl")) == errors)
        }
        var shards: [FilePath] = []
        for number in 1...3 {
            var part = job
            part.shard = try #require(Shard("\(number)/3"))
            try await run(part, models, "part\(number)")
            shards.append(fixture.files("part\(number)").output)
        }
        _ = try ShardMerge(shards)(to: fixture.files("merged").output)
        #expect(fixture.bytes(fixture.folder.path("merged")) == whole)
        // Cut anywhere, as a kill may leave it.
        for size in [whole.count / 3, whole.count / 2, whole.count - 1] {
            let output = fixture.files("cut\(size)")
            for (from, to) in zip(fixture.files("whole").all, output.all) where from.exists {
                try Data(fixture.bytes(from)).write(to: to.url)
            }
            try Data(whole.prefix(size)).write(to: output.output.url)
            try await run(job, models, "cut\(size)")
            #expect(fixture.bytes(output.output) == whole)
        }
    }

    /// A batch of another size, and images beside it, change nothing.
    @Test func scoresAreTheSameInAnyBatch() async throws {
        let job = fixture.job(try fixture.images(), .jsonl)
        try await run(job, models(), "out")
        for row in try rows("out") {
            guard let name = row["image"]?.text, let caption = row["caption"]?.text else { continue }
            let image = ImageSource.file(URL(filePath: name))
            let expected = try await encoder.similarity(of: caption, to: image)
            #expect(row["similarity"]?.text == nil && row["similarity"]?.double.map { Float($0) } == expected)
            guard let old = row["old_caption"]?.text else { continue }
            #expect(try await row["old_similarity"]?.double.map { Float($0) } == encoder.similarity(of: old, to: image))
        }
    }

    /// What a run spares and captions is what scoring, captioning and choosing by hand make.
    @Test(arguments: [KeptCaption.new, .better, .old], [nil, -0.2, 0.0, 0.5])
    func theSameAsByHand(keeps: KeptCaption, threshold: Double?) async throws {
        let job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "plain")
        try await run(
            job,
            models {
                $0.keeps = keeps
                $0.recaptionBelow = threshold
            }, "out")
        for (plain, row) in zip(try rows("plain"), try rows("out")) {
            #expect(plain["image"] == row["image"])
            guard let name = plain["image"]?.text, let new = plain["caption"]?.text else {
                #expect(row["error"] == plain["error"])
                continue
            }
            let image = ImageSource.file(URL(filePath: name))
            let path = name.replacing(".png", with: ".txt")
            let old = (try? String(contentsOfFile: path, encoding: .utf8))?.strippingWhitespace() ?? ""
            var expected = new
            if !old.isEmpty {
                let oldScore = try await encoder.similarity(of: old, to: image)
                let newScore = try await encoder.similarity(of: new, to: image)
                if keeps == .old || threshold.map({ Double(oldScore) >= $0 }) == true {
                    expected = old
                } else if keeps == .better, newScore <= oldScore {
                    expected = old
                }
            }
            #expect(row["caption"]?.text == expected)
            #expect(row["old_caption"]?.text == (old.isEmpty ? nil : old))
        }
    }

    @Test func ofSeveralCaptionsTheMostSimilarIsKept() async throws {
        var job = fixture.job(try fixture.images(), .jsonl)
        job.generation.numBeams = 3
        job.generation.numReturnSequences = 3
        try await run(job, models(), "all")
        try await run(job, models { $0.choosesMostSimilar = true }, "best")
        for (all, best) in zip(try rows("all"), try rows("best")) {
            guard let captions = all["captions"]?.elements else { continue }
            let scores = all["similarities"]?.elements?.compactMap(\.double) ?? []
            let largest = try #require(scores.max())
            let index = try #require(scores.firstIndex(of: largest))
            #expect(best["caption"] == captions[index] && best["similarity"]?.double == largest)
        }
    }

    /// A chunk's similarity is the mean of its images; one without images has none.
    @Test func statisticsAreThoseOfChunks() async throws {
        try await run(fixture.job(try fixture.dataSet(), .dataJuicer), models { $0.writesStats = true }, "out")
        let row = try #require(try rows("out").first { $0["id"]?.integer == 1 })
        let stats = try #require(row["__dj__stats__"]?["old_image_text_similarity"]?.elements)
        var expected: [Float] = []
        for (words, images) in [("a  b", ["p1", "p2"]), ("c", ["p3"])] {
            var sum: Float = 0
            for image in images {
                sum += try await encoder.similarity(
                    of: words, to: URL(filePath: fixture.folder.path("\(image).png")))
            }
            expected.append(sum / Float(images.count) * encoder.logitScale / 100)
        }
        #expect(stats.map { $0.double.map { Float($0) } } == expected)
        let none = try #require(try rows("out").first { $0["id"]?.text == "none" })
        #expect(none["__dj__stats__"]?["image_text_similarity"] == .array([]))
    }

    /// Nothing of a row but its statistics changes where texts are only scored.
    @Test func scoringLeavesRowsAsTheyAre() async throws {
        try await run(
            fixture.job(try fixture.dataSet(), .dataJuicer),
            models {
                $0.captions = false
                $0.writesStats = true
            }, "out")
        // Paths become absolute in every run.
        let folder = String(fixture.folder.path("x").dropLast())
        let rows = fixture.lines(fixture.folder.path("out")).map { $0.replacing(folder, with: "") }
        let samples = RunFixture.samples.filter { $0.hasPrefix("{") }
        #expect(rows.count == samples.count)
        for (row, sample) in zip(rows, samples) {
            #expect(row == sample || row.hasPrefix(sample.dropLast() + #", "__dj__stats__": {"#))
        }
    }

    /// A text file that cannot be read is no image without a text.
    @Test func textsThatCannotBeReadAreErrors() async throws {
        try Data([0xFF, 0xFE, 0x41]).write(to: URL(filePath: fixture.folder.path("p0.txt")))
        let result = try await run(fixture.job(try fixture.images(), .jsonl), models { $0.keeps = .better }, "out")
        let row = try #require(try rows("out").first)
        #expect(row["error"]?["message"]?.text?.contains("p0.txt") == true)
        #expect(row["error"]?["message"]?.text?.hasSuffix("not UTF-8") == true)
        #expect(result.errorsByCause["read: not UTF-8"] == 1)
    }

    /// Statistics that are there are replaced; as Data-Juicer they are not.
    @Test func staleStatistics() async throws {
        let line =
            #"{"text": "<__dj__image> a <|__dj__eoc|>", "images": ["p0.png"], "__dj__stats__": {"a": 1, "image_text_similarity": [7]}}"#
        let file = try fixture.folder.write(line + "\n", as: "stale.jsonl")
        for profile in [nil, CompatibilityProfile.dataJuicer16] {
            var job = fixture.job(try DataSet(path: file.path), .dataJuicer)
            job.rewriting.profile = profile
            let output = "out\(profile == nil)"
            try await run(job, models { $0.writesStats = true }, output)
            let stats = try #require(try rows(output).first?["__dj__stats__"])
            #expect(stats["a"]?.integer == 1)
            #expect((stats["image_text_similarity"]?.elements?.first?.integer == 7) == (profile != nil))
        }
    }

    @Test func statisticsAreWrittenBeside() async throws {
        let models = models {
            $0.writesStats = true
            $0.writesStatsFile = true
        }
        var shards: [FilePath] = []
        for number in 1...2 {
            var job = fixture.job(try fixture.dataSet(), .dataJuicer)
            job.shard = try #require(Shard("\(number)/2"))
            try await run(job, models, "part\(number).jsonl")
            shards.append(fixture.files("part\(number).jsonl").output)
        }
        _ = try ShardMerge(shards)(to: fixture.files("merged.jsonl").output)
        let stats = fixture.lines(fixture.folder.path("merged_stats.jsonl"))
        // A line for each row, also of those that could not be scored.
        let expected = try rows("merged.jsonl").map { $0["__dj__stats__"] ?? .null }
        #expect(expected.contains(where: \.isNull) && !expected.allSatisfy(\.isNull))
        #expect(stats == expected.map { #"{"__dj__stats__": \#($0.json())}"# })
    }

    /// Wherever a run is interrupted, its embeddings are those of a whole run; each row is a pair of the run's rows.
    @Test(arguments: [OutputFormat.jsonl, .dataJuicer])
    func embeddings(format: OutputFormat) async throws {
        let input = format == .dataJuicer ? try fixture.dataSet() : try fixture.images()
        let job = fixture.job(input, format)
        func models(_ folder: String) -> RunModels {
            var models = self.models { $0.keeps = .better }
            models.scorer?.embeddings = FilePath(fixture.folder.path(folder))
            return models
        }
        let files = ["img_emb/img_emb_0.npy", "text_emb/text_emb_0.npy", "metadata/metadata_0.jsonl"]
        try await run(job, models("e"), "whole")
        let whole = files.map { fixture.bytes(fixture.folder.path("e/\($0)")) }
        for count in 0..<3 {
            let (output, folder) = ("stopped\(count)", "e\(count)")
            var progress = try await run(job, models(folder), output, stopAfter: count)
            while progress.isInterrupted {
                // What was written of items without rows is cut off.
                let images = FilePath(fixture.folder.path("\(folder)/\(files[0])"))
                try Data(fixture.bytes(images) + [1, 2, 3]).write(to: images.url)
                progress = try await run(job, models(folder), output, stopAfter: count)
            }
            #expect(files.map { fixture.bytes(fixture.folder.path("\(folder)/\($0)")) } == whole)
        }
        let width = encoder.embeddingWidth
        let pairs = fixture.lines(fixture.folder.path("e/\(files[2])"))
        #expect(pairs.count == 7)
        for (row, line) in pairs.enumerated() {
            let pair = try JSONParser.parse(Array(line.utf8), .row)
            let name = try #require(pair["image_path"]?.text)
            let path = name.hasPrefix("/") ? name : fixture.folder.path(name)
            let expected = [
                try await encoder.embedding(of: .file(URL(filePath: path))),
                try await encoder.embedding(of: try #require(pair["caption"]?.text)),
            ]
            for (array, expected) in zip(whole, expected) {
                #expect(array.count == 128 + pairs.count * width * 2)
                let numbers = (0..<width).map { column in
                    let place = 128 + (row * width + column) * 2
                    return Float(Float16(bitPattern: UInt16(array[place]) | UInt16(array[place + 1]) << 8))
                }
                #expect(zip(numbers, expected).allSatisfy { abs($0 - $1) < 1e-3 })
            }
        }
        let header = String(decoding: whole[0][10..<128], as: UTF8.self)
        #expect(header.contains("'shape': (\(pairs.count), \(width))"))
        // Lost embeddings are missed, and foreign ones are not written over.
        try FileManager.default.removeItem(atPath: fixture.folder.path("e/\(files[1])"))
        await #expect(throws: RecaptionError.self) { try await run(job, models("e"), "whole") }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("e/\(files[1])")))
        await #expect(throws: FileError.self) { try await run(job, models("e0"), "other") }
    }

    /// A chunk with an image that cannot be read is an error, and the rows after it are there.
    @Test func unreadableImagesOfChunksLoseNoRows() async throws {
        let lines = [["p0.png"], ["p1.png", "gone.png"], ["p2.png"]].map { images in
            let tokens = images.map { _ in "<__dj__image> " }.joined()
            let names = images.map { "\"\($0)\"" }.joined(separator: ", ")
            return "{\"text\": \"\(tokens)words <|__dj__eoc|>\", \"images\": [\(names)]}\n"
        }
        let file = try fixture.folder.write(lines.joined(), as: "chunks.jsonl")
        for captions in [true, false] {
            let output = "out\(captions)"
            let result = try await run(
                fixture.job(try DataSet(path: file.path), .dataJuicer),
                models {
                    $0.captions = captions
                    $0.writesStats = true
                }, output)
            #expect(try rows(output).count == 3 && result.failed == 1)
            #expect(try rows(output).map { $0["__dj__stats__"] == nil } == [false, true, false])
        }
    }

    /// A folder that vanishes ends the run; what is there is resumed to the bytes of a whole one.
    @Test func foldersThatVanishLeaveNoUnscoredRows() async throws {
        let sub = fixture.folder.path("sub")
        try FileManager.default.createDirectory(atPath: sub, withIntermediateDirectories: true)
        for number in 0..<60 {
            // What follows an image's end makes it another file.
            let bytes = fixture.bytes(fixture.folder.path("p\(number % 4).png")) + [UInt8(number)]
            try Data(bytes).write(to: URL(filePath: "\(sub)/\(number).png"))
        }
        // Windows are of sixteen images: the folder is gone in the second, which begins with samples that need none.
        let lines = (0..<60).map { number in
            number % 20 == 16
                ? #"{"id": \#(number), "text": "no image", "images": []}"#
                : #"{"id": \#(number), "text": "<__dj__image> w\#(number) <|__dj__eoc|>", "images": ["sub/\#(number).png"]}"#
        }
        let file = try fixture.folder.write(lines.joined(separator: "\n"), as: "sub.jsonl")
        let job = fixture.job(try DataSet(path: file.path), .dataJuicer)
        let models = models {
            $0.writesStats = true
            $0.keeps = .better
        }
        try await run(job, models, "whole")
        let moved = fixture.folder.path("elsewhere")
        await #expect(throws: RecaptionError.vanishedFolder(path: sub)) {
            _ = try await job(by: models, to: fixture.files("out")) { _ in
                try? FileManager.default.moveItem(atPath: sub, toPath: moved)
            } isStopped: {
                false
            }
        }
        #expect(try rows("out").allSatisfy { $0["__dj__stats__"] != nil })
        try FileManager.default.moveItem(atPath: moved, toPath: sub)
        try await run(job, models, "out")
        #expect(fixture.bytes(fixture.folder.path("out")) == fixture.bytes(fixture.folder.path("whole")))
    }

    /// No run adds to, or replaces, the embeddings of another.
    @Test func embeddingsOfOtherRunsStay() async throws {
        func models(_ folder: String) -> RunModels {
            var models = self.models()
            models.scorer?.embeddings = FilePath(fixture.folder.path(folder))
            return models
        }
        let job = fixture.job(try fixture.images(), .jsonl)
        try await run(job, models("a"), "first")
        let files = ["img_emb/img_emb_0.npy", "text_emb/text_emb_0.npy", "metadata/metadata_0.jsonl"]
        func bytes() -> [[UInt8]] { files.map { fixture.bytes(fixture.folder.path("a/\($0)")) } }
        let whole = bytes()
        var part = job
        part.limit = 2
        try await run(part, models("b"), "second")
        await #expect(throws: FileError.self) { try await run(job, models("a"), "second") }
        var again = job
        again.mode = .overwrite
        await #expect(throws: FileError.self) { try await run(again, models("a"), "second") }
        #expect(bytes() == whole)
        #expect(fixture.files("second").output.exists)
        try await run(again, models("a"), "first")
        #expect(bytes() == whole)
        // A run that does not begin makes none.
        try await run(part, models("b"), "second")
        try fixture.folder.write("foreign\n", as: "third")
        await #expect(throws: RecaptionError.self) { try await run(job, models("c"), "third") }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("c")))
    }

    /// A merge does not write statistics over one of its shards.
    @Test func statisticsReplaceNoShard() async throws {
        let models = models {
            $0.writesStats = true
            $0.writesStatsFile = true
        }
        for (number, name) in [(1, "m_stats.jsonl"), (2, "part.jsonl")] {
            var job = fixture.job(try fixture.dataSet(), .dataJuicer)
            job.shard = try #require(Shard("\(number)/2"))
            try await run(job, models, name)
        }
        let shard = fixture.bytes(fixture.folder.path("m_stats.jsonl"))
        let merge = try ShardMerge([fixture.files("m_stats.jsonl").output, fixture.files("part.jsonl").output])
        #expect(throws: DataSetError.self) {
            _ = try merge(to: fixture.files("m.jsonl").output, overwrites: true)
        }
        #expect(fixture.bytes(fixture.folder.path("m_stats.jsonl")) == shard)
    }
}
