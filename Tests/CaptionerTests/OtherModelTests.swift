import Captioner
import Foundation
import TestSupport
import Testing

/// Folders of other models: one sentence says what the folder holds and what is supported, whatever weights are in it.
@Suite(.timeLimit(.minutes(45))) struct OtherModelTests {
    /// What is in `config.json`, as those models have it on the hub, and what the message calls it.
    static let models = [
        (
            #"{"model_type": "blip-2", "architectures": ["Blip2ForConditionalGeneration"], "text_config": {"model_type": "t5", "d_model": 2048, "feed_forward_proj": "gated-gelu"}, "use_decoder_only_language_model": false}"#,
            "BLIP-2 with a Flan-T5 decoder (model_type blip-2, text_config.model_type t5)"
        ),
        (
            #"{"model_type": "instructblip", "architectures": ["InstructBlipForConditionalGeneration"], "text_config": {"model_type": "llama", "hidden_size": 4096}}"#,
            "InstructBLIP with a Vicuna (LLaMA) decoder (model_type instructblip, text_config.model_type llama)"
        ),
        (
            #"{"model_type": "instructblip", "text_config": {"model_type": "t5"}}"#,
            "InstructBLIP with a Flan-T5 decoder (model_type instructblip, text_config.model_type t5)"
        ),
        (
            #"{"model_type": "instructblipvideo", "text_config": {"model_type": "llama"}}"#,
            "InstructBLIP for video with a Vicuna (LLaMA) decoder"
        ),
        (
            #"{"model_type": "blip", "architectures": ["BlipModel"]}"#,
            "BLIP for another purpose (architecture BlipModel)"
        ),
        (
            #"{"model_type": "blip-2", "text_config": {"model_type": "gpt_neox"}}"#,
            "BLIP-2 with another decoder (model_type blip-2, text_config.model_type gpt_neox)"
        ),
        (
            #"{"model_type": "blip-2", "text_config": {"model_type": "mistral"}}"#,
            "BLIP-2 with a Mistral decoder"
        ),
        (
            #"{"model_type": "blip-2", "architectures": ["Blip2ForImageTextRetrieval"]}"#,
            "BLIP-2 without a decoder (architecture Blip2ForImageTextRetrieval)"
        ),
        (
            #"{"model_type": "opt", "architectures": ["OPTForCausalLM"], "hidden_size": 2560}"#,
            "the language model OPT alone (model_type opt)"
        ),
        (#"{"model_type": "vit", "hidden_size": 768}"#, "a vision transformer alone (model_type vit)"),
        (#"{"model_type": "llava", "text_config": {"model_type": "llama"}}"#, "LLaVA with a Vicuna (LLaMA) decoder"),
        (#"{"model_type": "git", "vocab_size": 30522}"#, "GIT (model_type git)"),
        (#"{"model_type": "bert"}"#, "a model of another kind (model_type bert)"),
        (#"{"architectures": ["Unknown"]}"#, "of no known kind, since model_type is missing"),
    ]

    @Test(arguments: models)
    func oneSentenceSaysWhatItIs(configuration: String, kind: String) async throws {
        for weights in ["model.safetensors", "pytorch_model.bin", nil] {
            let folder = try TemporaryFolder()
            try folder.write(configuration, as: "config.json")
            if let weights { try folder.write("x", as: weights) }
            let error = await #expect(throws: CaptionerError.self) { try await Captioner(modelFolder: folder.url) }
            let message = error.map { "\($0)" } ?? ""
            #expect(message.contains("\(folder.path("config.json")): this is \(kind)"), "\(message)")
            #expect(message.contains("only BLIP-2 with an OPT decoder is supported, such as Salesforce/blip2-opt-2.7b"))
            // What is not for captions alone knows other families, too.
            let other = #expect(throws: CaptionerError.self) { try ModelSummary(modelFolder: folder.url) }
            let words = other.map { "\($0)" } ?? ""
            #expect(words.hasPrefix(message) && words.contains("; and CLIP is supported"), "\(words)")
        }
    }

    @Test func filesOfLAVISAreNamed() async throws {
        let folder = try TemporaryFolder()
        try folder.write("x", as: "caption_coco_opt2.7b.pth")
        let error = await #expect(throws: CaptionerError.self) { try await Captioner(modelFolder: folder.url) }
        #expect(error.map { "\($0)" }?.contains("only caption_coco_opt2.7b.pth, which LAVIS and others write") == true)
    }

    @Test func binFilesGetTheCommandThatConvertsThem() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"model_type": "blip-2"}"#, as: "config.json")
        for name in ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"] {
            try folder.write("x", as: name)
        }
        let error = await #expect(throws: CaptionerError.self) { try await Captioner(modelFolder: folder.url) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains("only pytorch_model-00001-of-00002.bin and the like; to convert them:"), "\(message)")
        #expect(message.contains("python weights-tools/convert_bin.py \(folder.url.path) NEW-FOLDER"), "\(message)")
    }
}
