import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// Checkpoint folders that cannot be used: the message names the file and the cause, and nothing else happens.
@Suite(.timeLimit(.minutes(45))) struct BadModelTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: [String]
        let apply: @Sendable (URL) throws -> Void

        init(_ name: String, expected: String..., apply: @escaping @Sendable (URL) throws -> Void) {
            testDescription = name
            self.expected = expected
            self.apply = apply
        }
    }

    static let damages = [
        Damage("no config", expected: "config.json is missing") { try remove("config.json", in: $0) },
        Damage("config is no JSON", expected: "config.json") {
            try write("{\"model_type\": ", to: "config.json", in: $0)
        },
        Damage("a number that is none", expected: "vision_config.hidden_size") {
            let config = try String(contentsOf: $0.appendingPathComponent("config.json"), encoding: .utf8)
            try write(config.replacing(/"hidden_size": \d+/, with: "\"hidden_size\": NaN"), to: "config.json", in: $0)
        },
        Damage("an epsilon that is no number", expected: "layer_norm_eps") {
            let config = try String(contentsOf: $0.appendingPathComponent("config.json"), encoding: .utf8)
            try write(
                config.replacing(/"layer_norm_eps": [0-9.e-]+/, with: "\"layer_norm_eps\": NaN"), to: "config.json",
                in: $0)
        },
        Damage("an adapter", expected: "it holds an adapter (LoRA)", ", some/model, with merge_and_unload()") {
            for name in ["config.json", "model.safetensors"] { try remove(name, in: $0) }
            try write(#"{"base_model_name_or_path": "some/model"}"#, to: "adapter_config.json", in: $0)
            try write("x", to: "adapter_model.safetensors", in: $0)
        },
        Damage(
            "a web page", expected: "model.safetensors", "it is a web page (HTML) that was saved in place of the file"
        ) {
            try write("<!DOCTYPE html>\n<html><body>404</body></html>", to: "model.safetensors", in: $0)
        },
        Damage("an archive", expected: "model.safetensors", "it is a ZIP archive", "convert_bin.py") {
            try write("PK\u{3}\u{4}\u{14}\u{0}\u{0}\u{0}\u{8}", to: "model.safetensors", in: $0)
        },
        Damage("a pointer as tokenizer", expected: "tokenizer.json", "it is a pointer of Git LFS") {
            try write("version https://git-lfs.github.com/spec/v1\n", to: "tokenizer.json", in: $0)
        },
        Damage("config is a list", expected: "config.json") { try write("[1]", to: "config.json", in: $0) },
        Damage("another activation", expected: "vision_config.hidden_act", "quick_gelu") {
            try edit("config.json", in: $0) { $0["vision_config", "hidden_act"] = "quick_gelu" }
        },
        Damage("a size of 0", expected: "vision_config.patch_size is 0") {
            try edit("config.json", in: $0) { $0["vision_config", "patch_size"] = 0 }
        },
        Damage("a size below 0", expected: "num_query_tokens is -1") {
            try edit("config.json", in: $0) { $0["num_query_tokens"] = -1 }
        },
        Damage("a size beyond reason", expected: "text_config.hidden_size") {
            try edit("config.json", in: $0) { $0["text_config", "hidden_size"] = 1 << 60 }
        },
        Damage("heads that do not divide", expected: "text_config.num_attention_heads is 7") {
            try edit("config.json", in: $0) { $0["text_config", "num_attention_heads"] = 7 }
        },
        Damage("a text where a number belongs", expected: "config.json", "hidden_size") {
            try edit("config.json", in: $0) { $0["qformer_config", "hidden_size"] = "wide" }
        },
        Damage("misshapen tensors", expected: "language_projection.weight", "[128, 192]", "[192, 192]") {
            try edit("config.json", in: $0) {
                $0["text_config", "hidden_size"] = 128
                $0["text_config", "word_embed_proj_dim"] = 128
                $0["text_config", "num_attention_heads"] = 4
            }
        },
        Damage("missing tensors", expected: "vision_model.encoder.layers.5.layer_norm1.weight is missing", "[192]") {
            try edit("config.json", in: $0) { $0["vision_config", "num_hidden_layers"] = 6 }
        },
        Damage("no weights", expected: "model.safetensors") { try remove("model.safetensors", in: $0) },
        Damage("empty weights", expected: "model.safetensors", "empty") {
            try write("", to: "model.safetensors", in: $0)
        },
        Damage("a pointer of Git LFS", expected: "model.safetensors", "Git LFS") {
            try write("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", to: "model.safetensors", in: $0)
        },
        Damage("truncated weights", expected: "model.safetensors") {
            let file = $0.appendingPathComponent("model.safetensors")
            try Data(contentsOf: file).prefix(100_000).write(to: file)
        },
        Damage("a missing shard", expected: "model.safetensors.index.json", "model-00002-of-00002.safetensors") {
            try remove("model.safetensors", in: $0)
            let index = #"{"weight_map": {"query_tokens": "model-00002-of-00002.safetensors"}}"#
            try write(index, to: "model.safetensors.index.json", in: $0)
        },
        Damage("no tokenizer", expected: "tokenizer.json", "vocab.json") {
            for name in ["tokenizer.json", "vocab.json", "merges.txt"] { try remove(name, in: $0) }
        },
        Damage("a shard that leads out of the folder", expected: "model.safetensors.index.json", "../other.safetensors")
        {
            try remove("model.safetensors", in: $0)
            let index = #"{"weight_map": {"query_tokens": "../other.safetensors"}}"#
            try write(index, to: "model.safetensors.index.json", in: $0)
        },
        Damage("a tokenizer that is no JSON", expected: "tokenizer.json") {
            try write("{", to: "tokenizer.json", in: $0)
        },
        Damage("an image processor for another size", expected: "preprocessor_config.json", "64 x 64", "112 x 112") {
            try remove("processor_config.json", in: $0)
            try write(#"{"size": {"height": 64, "width": 64}}"#, to: "preprocessor_config.json", in: $0)
        },
        Damage("an image processor that divides by 0", expected: "preprocessor_config.json", "image_std") {
            try remove("processor_config.json", in: $0)
            try write(#"{"image_std": [0, 1, 1]}"#, to: "preprocessor_config.json", in: $0)
        },
        Damage("an image processor that does not resize", expected: "processor_config.json", "do_resize") {
            try edit("processor_config.json", in: $0) { $0["image_processor", "do_resize"] = false }
        },
        Damage("sizes that no memory has", expected: "language_projection.weight", "[131072, 192]") {
            try edit("config.json", in: $0) {
                $0["text_config", "hidden_size"] = 131072
                $0["text_config", "word_embed_proj_dim"] = 131072
                $0["text_config", "num_attention_heads"] = 1
                $0["text_config", "ffn_dim"] = 131072
            }
        },
    ]

    @Test(arguments: damages)
    func messageNamesFileAndCause(damage: Damage) async throws {
        let temporary = try TemporaryFolder()
        let folder = try temporary.copy(DemoModel.checkpoint(), as: "model")
        try damage.apply(folder)
        let error = await #expect(throws: CaptionerError.self) { try await Captioner(modelFolder: folder) }
        let message = error.map { "\($0)" } ?? ""
        for part in damage.expected { #expect(message.contains(part), "\(message)") }
        #expect(message.contains(folder.path), "\(message)")
    }

    @Test func aMissingFolderIsNamed() async {
        let error = await #expect(throws: CaptionerError.self) {
            try await Captioner(modelFolder: URL(fileURLWithPath: "/no/such/model"))
        }
        #expect(error.map { "\($0)" }?.contains("/no/such/model") == true)
    }

    @Test func inspectReportsMissingAndUnusedTensors() throws {
        let temporary = try TemporaryFolder()
        let folder = try temporary.copy(DemoModel.checkpoint(), as: "model")
        #expect(try ModelSummary(modelFolder: folder).isComplete)
        try edit("config.json", in: folder) {
            $0["vision_config", "num_hidden_layers"] = 4
            $0["text_config", "num_hidden_layers"] = 3
        }
        let summary = try ModelSummary(modelFolder: folder)
        #expect(!summary.isComplete)
        try remove("tokenizer.json", in: folder)
        try remove("merges.txt", in: folder)
        #expect("\(try ModelSummary(modelFolder: folder))".contains("tokenizer     unusable: "))
        let text = "\(summary)"
        #expect(text.contains("missing       language_model.model.decoder.layers.2.fc1.weight, expected [576, 192]"))
        #expect(text.contains("unused        vision_model.encoder.layers.4."))
    }
}
