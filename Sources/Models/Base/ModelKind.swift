/// What kind of model a `config.json` describes: looked at before anything else is read, so that a folder of another model
/// gets a sentence that says what it is, rather than one about the first field that is missing.
package struct ModelKind: Sendable {
    package let modelType: String?
    package let architectures: [String]
    /// `text_config.model_type`.
    package let decoderType: String?
    /// Whether this is `open_clip_config.json`.
    package let isOpenCLIP: Bool

    package init(_ configuration: ConfigurationReader) throws(ModelError) {
        modelType = try configuration.text("model_type")
        architectures = try configuration.texts("architectures")
        isOpenCLIP = configuration.contains("model_cfg")
        decoderType = try configuration.object("text_config").text("model_type")
    }

    /// What it is, for the error that rejects it.
    package var description: String {
        if isOpenCLIP { return "CLIP, as open_clip stores it" }
        guard let modelType else { return "of no known kind, since model_type is missing" }
        return "\(Self.names[modelType] ?? "a model of another kind")\(decoderName ?? "") (\(types))"
    }

    /// The fields that say what it is.
    package var types: String {
        "model_type \(modelType ?? "missing")" + (decoderType.map { ", text_config.model_type \($0)" } ?? "")
    }

    /// " with a LLaMA decoder", where `text_config` names one that people know.
    package var decoderName: String? {
        decoderType.flatMap { Self.decoderNames[$0] }.map { " with \($0) decoder" }
    }

    private static let decoderNames = [
        "t5": "a Flan-T5", "llama": "a Vicuna (LLaMA)", "opt": "an OPT", "mistral": "a Mistral", "qwen2": "a Qwen2",
        "gpt2": "a GPT-2",
    ]

    /// Models of images and texts that people have, by `model_type`.
    private static let names = [
        "blip": "BLIP", "instructblip": "InstructBLIP", "instructblipvideo": "InstructBLIP for video",
        "blip_2_vision_model": "the vision tower of BLIP-2 alone", "blip_2_qformer": "the Q-Former of BLIP-2 alone",
        "git": "GIT", "llava": "LLaVA", "llava_next": "LLaVA-NeXT", "llava_onevision": "LLaVA-OneVision",
        "vision-encoder-decoder": "an image encoder joined to a decoder", "kosmos-2": "Kosmos-2",
        "paligemma": "PaliGemma", "florence2": "Florence-2", "qwen2_vl": "Qwen2-VL", "qwen2_5_vl": "Qwen2.5-VL",
        "idefics": "IDEFICS", "idefics2": "Idefics2", "mllama": "Llama 3.2 Vision", "clip": "CLIP",
        "chinese_clip": "Chinese CLIP", "altclip": "AltCLIP", "xclip": "X-CLIP", "clipseg": "CLIPSeg",
        "metaclip_2": "MetaCLIP 2", "siglip2": "SigLIP 2", "vision-text-dual-encoder": "a dual encoder",
        "siglip": "SigLIP", "opt": "the language model OPT alone", "t5": "the language model T5 alone",
        "llama": "the language model LLaMA alone", "vit": "a vision transformer alone",
    ]
}
