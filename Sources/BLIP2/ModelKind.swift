/// What kind of model a `config.json` describes: told before anything else is read, so that a folder of another model
/// gets a sentence that says what it is, rather than one about the first field that is missing.
struct ModelKind: Decodable {
    private let modelType: String?
    private let architectures: [String]?
    private let decoderType: String?

    private enum CodingKeys: String, CodingKey {
        case architectures
        case modelType = "model_type"
        case text = "text_config"
    }

    private struct Text: Decodable {
        let modelType: String?

        enum CodingKeys: String, CodingKey { case modelType = "model_type" }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try container.decodeIfPresent(String.self, forKey: .modelType)
        architectures = try container.decodeIfPresent([String].self, forKey: .architectures)
        decoderType = try container.decodeIfPresent(Text.self, forKey: .text)?.modelType
    }

    /// - Throws: `BLIP2Error.otherModel` unless this is BLIP-2 with an OPT decoder, which is also the default decoder.
    func validate() throws {
        guard let modelType else { throw BLIP2Error.otherModel("of no known kind, since model_type is missing") }
        let types = "model_type \(modelType)" + (decoderType.map { ", text_config.model_type \($0)" } ?? "")
        guard modelType == "blip-2" else {
            let name = Self.names[modelType] ?? "a model of another kind"
            throw BLIP2Error.otherModel("\(name)\(decoderName) (\(types))")
        }
        // These have a projection into a common space of images and texts in place of a decoder.
        if let architecture = architectures?.first, Self.withoutDecoder.contains(architecture) {
            throw BLIP2Error.otherModel("BLIP-2 without a decoder (architecture \(architecture))")
        }
        guard (decoderType ?? "opt") == "opt" else {
            let decoder = decoderName.isEmpty ? " with another decoder" : decoderName
            throw BLIP2Error.otherModel("BLIP-2\(decoder) (\(types))")
        }
    }

    private var decoderName: String {
        decoderType.flatMap { Self.decoderNames[$0] }.map { " with \($0) decoder" } ?? ""
    }

    private static let withoutDecoder = [
        "Blip2ForImageTextRetrieval", "Blip2TextModelWithProjection", "Blip2VisionModelWithProjection",
    ]

    private static let decoderNames = [
        "t5": "a Flan-T5", "llama": "a Vicuna (LLaMA)", "opt": "an OPT", "mistral": "a Mistral", "qwen2": "a Qwen2",
        "gpt2": "a GPT-2",
    ]

    /// What people have beside BLIP-2, by `model_type`.
    private static let names = [
        "blip": "the first BLIP", "instructblip": "InstructBLIP", "instructblipvideo": "InstructBLIP for video",
        "blip_2_vision_model": "the vision tower of BLIP-2 alone", "blip_2_qformer": "the Q-Former of BLIP-2 alone",
        "git": "GIT", "llava": "LLaVA", "llava_next": "LLaVA-NeXT", "llava_onevision": "LLaVA-OneVision",
        "vision-encoder-decoder": "an image encoder joined to a decoder", "kosmos-2": "Kosmos-2",
        "paligemma": "PaliGemma", "florence2": "Florence-2", "qwen2_vl": "Qwen2-VL", "qwen2_5_vl": "Qwen2.5-VL",
        "idefics": "IDEFICS", "idefics2": "Idefics2", "mllama": "Llama 3.2 Vision", "clip": "CLIP",
        "siglip": "SigLIP", "opt": "the language model OPT alone", "t5": "the language model T5 alone",
        "llama": "the language model LLaMA alone", "vit": "a vision transformer alone",
    ]
}
