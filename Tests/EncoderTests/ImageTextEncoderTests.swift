import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioner

/// CLIP beside what transformers and open_clip make of the same checkpoints.
@Suite struct ImageTextEncoderTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    private static let models = ["new", "old", "padded", "openclip"]

    private struct Inputs: Decodable {
        let texts: [String]
        let pictures: [String]
    }

    private let inputs: Inputs

    init() throws {
        inputs = try JSONDecoder().decode(
            Inputs.self, from: Data(contentsOf: Self.folder.appending(path: "texts.json")))
    }

    private func encoder(
        _ model: String, precision: Captioner.Precision = .float32, threads: Int = 2, batchSize: Int = 8,
        usesQuickGELU: Bool? = nil
    ) async throws -> ImageTextEncoder {
        var options = Captioner.Options(threadCount: threads, precision: precision)
        options.batchSize = batchSize
        return try await ImageTextEncoder(
            modelFolder: Self.folder.appending(path: model), options: options, usesQuickGELU: usesQuickGELU)
    }

    private func picture(_ name: String) -> ImageSource {
        .file(Fixtures.folder.appending(path: "pictures/\(name)"))
    }

    /// The largest difference, as a share of the largest number expected.
    private func error(_ found: [Float], _ expected: [Float]) -> Float {
        guard found.count == expected.count, !found.isEmpty else { return .infinity }
        let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
        return difference / (expected.map { abs($0) }.max() ?? 1)
    }

    @Test(arguments: models) func stagesEqualTheOriginals(model: String) async throws {
        let encoder = try await encoder(model)
        let expected = try StoredTensors(Self.folder.appending(path: "\(model).safetensors"))
        for name in inputs.pictures {
            let trace = try await encoder.trace(picture(name), texts: inputs.texts)
            for stage in trace.stages {
                let key = stage.name == "text_embeds" ? stage.name : "\(name)/\(stage.name)"
                // open_clip does not show its hidden state.
                if model == "openclip", stage.name == "vision.last_hidden_state" { continue }
                #expect(expected.shape(key) == stage.shape, "\(key)")
                let values = expected.floats(key)
                switch stage.name {
                case "pixel_values": #expect(stage.values == values, "\(key)")
                case "logits_per_image":
                    let scale = encoder.logitScale
                    #expect(zip(stage.values, values).allSatisfy { abs($0 - $1) / scale < 1e-5 }, "\(key)")
                default: #expect(error(stage.values, values) < 2e-5, "\(key)")
                }
            }
            for (index, ids) in trace.tokenIDs.enumerated() {
                #expect(ids.map(Int64.init) == expected.integers("input_ids.\(index)"), "\(inputs.texts[index])")
            }
        }
    }

    /// Precisions round, and similarities stay close.
    @Test(arguments: models, [Captioner.Precision.bfloat16, .int8])
    func similaritiesStayCloseInOtherPrecisions(model: String, precision: Captioner.Precision) async throws {
        let (exact, rounded) = (try await encoder(model), try await encoder(model, precision: precision))
        for name in inputs.pictures {
            let expected = try await exact.similarities(of: inputs.texts, to: picture(name))
            let found = try await rounded.similarities(of: inputs.texts, to: picture(name))
            #expect(found != expected)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 0.03 }, "\(found) \(expected)")
        }
    }

    /// An embedding depends on the image or text alone, to the bit.
    @Test(arguments: [Captioner.Precision.float32, .bfloat16, .int8])
    func neighboursBatchesAndThreadsChangeNothing(precision: Captioner.Precision) async throws {
        let names = ["scene-001.jpg", "size-500x3.png", "easy-vqa-007.png", "size-113x111.png", "scene-001.jpg"]
        let (one, many) = (
            try await encoder("new", precision: precision, threads: 1, batchSize: 1),
            try await encoder("new", precision: precision, threads: 3, batchSize: 4)
        )
        let (alone, together) = (
            try await one.embeddings(of: names.map(picture)), try await many.embeddings(of: names.map(picture))
        )
        #expect(try alone.map { try $0.get() } == together.map { try $0.get() })
        var single: [[Float]] = []
        for text in inputs.texts { single.append(try await one.embedding(of: text)) }
        #expect(try await many.embeddings(of: inputs.texts) == single)
        // The row that is computed alone is the one that a trace has among all.
        let trace = try await many.trace(picture(names[0]), texts: [])
        let embeds = trace.stages.first { $0.name == "image_embeds" }?.values ?? []
        #expect(try embeds.normalized == alone[0].get())
    }

    @Test func aBadImageFailsAlone() async throws {
        let encoder = try await encoder("new", batchSize: 2)
        let images: [ImageSource] = [picture("scene-001.jpg"), .data(Data("no image".utf8)), picture("missing.png")]
        let results = try await encoder.embeddings(of: images)
        #expect(try results[0].get().count == encoder.embeddingWidth)
        guard case .failure(let decode) = results[1], case .failure(let read) = results[2] else {
            Issue.record("bad images have embeddings")
            return
        }
        #expect(decode.stage == .decode && read.stage == .read)
    }

    /// The class of the activation can be given where a folder says it wrong.
    @Test(arguments: ["new", "openclip"]) func activationCanBeGiven(model: String) async throws {
        let usual = try await encoder(model).embedding(of: "a cat")
        #expect(try await encoder(model, usesQuickGELU: true).embedding(of: "a cat") == usual)
        #expect(try await encoder(model, usesQuickGELU: false).embedding(of: "a cat") != usual)
    }

    /// The tokens of a text are those of the library that is asked for; what open_clip alone could tokenize is an error that
    /// names the text.
    @Test func tokenizationCanBeGiven() async throws {
        func encoder(_ tokenization: ImageTextEncoder.Tokenization) async throws -> ImageTextEncoder {
            try await ImageTextEncoder(modelFolder: Self.folder.appending(path: "new"), tokenization: tokenization)
        }
        let (fast, slow, openCLIP) = (
            try await encoder(.huggingFaceFast), try await encoder(.huggingFaceSlow), try await encoder(.openCLIP)
        )
        let plain = try fast.tokenIDs("a photo of a cat")
        #expect(try slow.tokenIDs("a photo of a cat") == plain && openCLIP.tokenIDs("a photo of a cat") == plain)
        #expect(try openCLIP.tokenIDs("“a”&amp;") == fast.tokenIDs("\"a\"&"))
        #expect(try slow.tokenIDs("a\u{200B}b") == fast.tokenIDs("ab"))
        #expect(try fast.tokenIDs("“a”") != fast.tokenIDs("\"a\"") && slow.tokenIDs("“a”") == fast.tokenIDs("“a”"))
        let error = await #expect(throws: TextFailure.self) { try await openCLIP.embeddings(of: ["a cat", "cafÃ©"]) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("\"cafÃ©\" has no tokens"))
        #expect(try await fast.embedding(of: "cafÃ©").count == fast.embeddingWidth)
        let long = try openCLIP.tokenIDs(String(repeating: "word ", count: 20_000))
        #expect(try long.count == 77 && long.last == openCLIP.tokenIDs("").last)
    }

    /// Packed folders have the names of transformers, whatever layout they come from.
    @Test(arguments: models) func packedFoldersGiveTheSameBits(model: String) async throws {
        let folder = try TemporaryFolder()
        let target = folder.url.appending(path: "packed")
        _ = try await Captioner.pack(modelFolder: Self.folder.appending(path: model), to: target, precision: .int8)
        let (packed, original) = (
            try await ImageTextEncoder(modelFolder: target), try await encoder(model, precision: .int8)
        )
        #expect(try await packed.embedding(of: "a cat") == original.embedding(of: "a cat"))
        let image = picture("scene-001.jpg")
        #expect(try await packed.embedding(of: image) == original.embedding(of: image))
    }

    private func copied(_ model: String, to folder: TemporaryFolder) throws -> URL {
        let copy = folder.url.appending(path: model)
        try FileManager.default.copyItem(at: Self.folder.appending(path: model), to: copy)
        return copy
    }

    /// What a folder is, its configuration says; that its weights are missing is the next thing to report.
    @Test(arguments: ["new/model.safetensors", "openclip/open_clip_model.safetensors"])
    func missingWeightsAreReported(file: String) async throws {
        let folder = try TemporaryFolder()
        let model = String(file.prefix { $0 != "/" })
        let copy = try copied(model, to: folder)
        try FileManager.default.removeItem(at: folder.url.appending(path: file))
        #expect(ImageTextEncoder.claims(FilePath(copy.path)))
        #expect(!ImageTextEncoder.claims(FilePath(Fixtures.model("new-f32").path)))
        let error = await #expect(throws: CaptionerError.self) { try await ImageTextEncoder(modelFolder: copy) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains("neither "), "\(message)")
        #expect(message.contains(String(file.drop { $0 != "/" }.dropFirst())), "\(message)")
    }

    /// OPT's tokenizer puts nothing after a text, and then no row represents it.
    @Test func tokenizersOfOtherModelsAreRejected() async throws {
        let folder = try TemporaryFolder()
        let copy = try copied("new", to: folder)
        for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"] {
            try FileManager.default.removeItem(at: copy.appending(path: name))
        }
        for name in ["vocab.json", "merges.txt"] {
            let (other, target) = (Fixtures.model("new-f32").appending(path: name), copy.appending(path: name))
            try FileManager.default.removeItem(at: target)
            try FileManager.default.copyItem(at: other, to: target)
        }
        let error = await #expect(throws: CaptionerError.self) { try await ImageTextEncoder(modelFolder: copy) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains("0 after it; one of each is expected"), "\(message)")
    }

    /// What a folder says of its sizes has to fit its tensors.
    @Test(
        arguments: [
            ("\"max_position_embeddings\": 77", "\"max_position_embeddings\": 1", "position_embedding.weight"),
            ("\"projection_dim\": 19", "\"projection_dim\": 20", "visual_projection.weight"),
            ("\"hidden_act\": \"quick_gelu\"", "\"hidden_act\": \"relu\"", "hidden_act is relu"),
        ])
    func sizesThatDoNotFitAreRejected(part: String, replacement: String, cause: String) async throws {
        let folder = try TemporaryFolder()
        let copy = try copied("new", to: folder)
        let file = copy.appending(path: "config.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(part))
        try text.replacing(part, with: replacement).write(to: file, atomically: true, encoding: .utf8)
        let error = await #expect(throws: CaptionerError.self) { try await ImageTextEncoder(modelFolder: copy) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(cause), "\(message)")
    }

    @Test func captionersSayThatTheyNeedAnotherModel() async throws {
        for model in Self.models {
            let error = await #expect(throws: CaptionerError.self) {
                try await Captioner(modelFolder: Self.folder.appending(path: model))
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("this is CLIP"))
        }
        let error = await #expect(throws: CaptionerError.self) {
            try await ImageTextEncoder(modelFolder: Fixtures.model("new-f32"))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("only CLIP is supported"))
    }

    /// Of a long text the first tokens count, and the end token.
    @Test func longTextsAreCut() async throws {
        let encoder = try await encoder("new")
        let ids = try encoder.tokenIDs(String(repeating: "word ", count: 20_000))
        #expect(try ids.count == 77 && ids.last == encoder.tokenIDs("").last)
    }
}
