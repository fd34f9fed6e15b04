import Captioner
import CaptionerCheckpoints
import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// Copies of one checkpoint with the oddities that mirrors have: files that are missing, double or written by other
/// versions. None of them changes a caption.
@Suite(.timeLimit(.minutes(45))) struct MirrorTests {
    struct Oddity: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable (URL) throws -> Void

        init(_ name: String, apply: @escaping @Sendable (URL) throws -> Void) {
            testDescription = name
            self.apply = apply
        }
    }

    static let oddities = [
        Oddity("buffers that are no weights") {
            let positions = SafetensorsWriter.Tensor.int64(shape: [1, 4], values: [0, 1, 2, 3])
            try addShard(
                [
                    ("qformer.embeddings.position_ids", positions), ("vision_model.embeddings.position_ids", positions),
                    ("language_model.model.decoder.version", .float32(shape: [1], values: [3])),
                ], to: $0)
        },
        Oddity("the embedding table a second time, as the output layer") {
            let weights = try StoredTensors($0.appendingPathComponent("model.safetensors"))
            let table = "language_model.model.decoder.embed_tokens.weight"
            let shape = try #require(weights.shape(table))
            try addShard(
                [("language_model.lm_head.weight", .float32(shape: shape, values: weights.floats(table)))], to: $0)
        },
        Oddity("vocab_size smaller than the table") {
            try edit("config.json", in: $0) { $0["text_config", "vocab_size"] = 304 }
        },
        Oddity("vocab_size larger than the table") {
            try edit("config.json", in: $0) { $0["text_config", "vocab_size"] = 50304 }
        },
        Oddity("the vision tower's default epsilon written out") {
            try edit("config.json", in: $0) { $0["vision_config", "layer_norm_eps"] = 1e-06 }
        },
        Oddity("types that do not say how weights are stored") {
            try edit("config.json", in: $0) {
                $0["torch_dtype"] = "float16"
                $0["text_config", "torch_dtype"] = "float16"
            }
        },
        Oddity("dtype for torch_dtype, as transformers 5 has it") {
            try edit("config.json", in: $0) {
                $0["torch_dtype"] = nil
                for block in ["vision_config", "qformer_config", "text_config"] { $0[block, "dtype"] = "float32" }
                $0["dtype"] = "float32"
            }
        },
        Oddity("no image token") {
            try edit("config.json", in: $0) { $0["image_token_index"] = nil }
        },
        Oddity("an outer tie_word_embeddings") {
            try edit("config.json", in: $0) { $0["tie_word_embeddings"] = false }
        },
        Oddity("several end tokens in a list") {
            try edit("config.json", in: $0) {
                $0["text_config", "eos_token_id"] = [$0["text_config", "eos_token_id"] as? Int ?? -1]
            }
        },
        Oddity("no preprocessor_config.json") { try remove("preprocessor_config.json", in: $0) },
        Oddity("no configuration of any processor") {
            for name in ["preprocessor_config.json", "processor_config.json"] { try remove(name, in: $0) }
        },
        Oddity("the image processor within processor_config.json") {
            let file = $0.appendingPathComponent("preprocessor_config.json")
            let fields = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
            try edit("processor_config.json", in: $0) { $0["image_processor"] = fields }
            try remove("preprocessor_config.json", in: $0)
        },
        Oddity("one number for the picture's size") {
            try edit("preprocessor_config.json", in: $0) { $0["size"] = 224 }
        },
        Oddity("no generation_config.json") { try remove("generation_config.json", in: $0) },
        Oddity("a generation_config.json that says something else") {
            try write(#"{"eos_token_id": 2, "bos_token_id": 0, "max_length": 3}"#, to: "generation_config.json", in: $0)
        },
        Oddity("no special_tokens_map.json") { try remove("special_tokens_map.json", in: $0) },
        Oddity("tokenizer.json alone") {
            for name in ["vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"] {
                try remove(name, in: $0)
            }
        },
        Oddity("vocab.json and merges.txt alone") { try remove("tokenizer.json", in: $0) },
        Oddity("merges as strings") {
            try edit("tokenizer.json", in: $0) {
                let pairs = $0["model", "merges"] as? [[String]] ?? []
                #expect(!pairs.isEmpty)
                $0["model", "merges"] = pairs.map { $0.joined(separator: " ") }
            }
        },
        Oddity("clean_up_tokenization_spaces is true") {
            try edit("tokenizer_config.json", in: $0) { $0["clean_up_tokenization_spaces"] = true }
        },
        Oddity("no clean_up_tokenization_spaces") {
            try edit("tokenizer_config.json", in: $0) { $0["clean_up_tokenization_spaces"] = nil }
        },
        Oddity("the tokenizer's class of transformers 5") {
            try edit("tokenizer_config.json", in: $0) {
                $0["tokenizer_class"] = "TokenizersBackend"
                $0["backend"] = "tokenizers"
            }
        },
        Oddity("no <image> token") {
            try edit("tokenizer.json", in: $0) {
                let tokens = $0["added_tokens"] as? [[String: Any]] ?? []
                $0["added_tokens"] = tokens.filter { $0["content"] as? String != "<image>" }
                #expect(tokens.count == 3)
            }
        },
        Oddity("links, as in the cache of Hugging Face") {
            let blobs = $0.deletingLastPathComponent().appendingPathComponent("blobs")
            try FileManager.default.moveItem(at: $0, to: blobs)
            try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: false)
            for name in try FileManager.default.contentsOfDirectory(atPath: blobs.path) {
                try FileManager.default.createSymbolicLink(
                    atPath: $0.appendingPathComponent(name).path, withDestinationPath: "../blobs/\(name)")
            }
        },
    ]

    /// Puts the weights and these tensors into two shards with an index.
    static func addShard(_ tensors: [(name: String, tensor: SafetensorsWriter.Tensor)], to folder: URL) throws {
        let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
        let single = folder.appendingPathComponent("model.safetensors")
        var map = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, names[1]) })
        for name in try StoredTensors(single).names { map[name] = names[0] }
        try FileManager.default.moveItem(at: single, to: folder.appendingPathComponent(names[0]))
        try SafetensorsWriter.write(tensors, to: folder.appendingPathComponent(names[1]))
        let index: [String: Any] = ["metadata": ["total_size": 0, "total_parameters": 0], "weight_map": map]
        try JSONSerialization.data(withJSONObject: index)
            .write(to: folder.appendingPathComponent("model.safetensors.index.json"))
    }

    @Test(arguments: oddities)
    func noOddityChangesACaption(oddity: Oddity) async throws {
        let reference = try ParityReference("new-f32")
        let temporary = try TemporaryFolder()
        let folder = try temporary.copy(reference.model, as: "model")
        try oddity.apply(folder)
        #expect(try ModelSummary(modelFolder: folder).isComplete)
        let captioner = try await Captioner(
            modelFolder: folder, options: Captioner.Options(precision: .float32, orientation: .ignore))
        for run in reference.runs.prefix(2) {
            let options = Captioner.GenerationOptions(maxNewTokens: run.maxNewTokens, prompt: run.prompt)
            #expect(try captioner.promptTokens(options.prompt) == run.promptIDs)
            let captions = run.captions.prefix(4)
            let images = captions.map { ImageSource.file(Fixtures.pictures.appendingPathComponent($0.picture)) }
            var found: [[Int]] = []
            for try await outcome in captioner.captions(for: images, options: options) {
                found.append(try outcome.result.get().tokenIDs)
            }
            #expect(found == captions.map(\.tokenIDs))
        }
    }
}
