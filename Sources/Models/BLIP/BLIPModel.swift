package import CaptionerCheckpoints
package import CaptionerTensorCore

/// BLIP for captions: a vision transformer, and a decoder whose layers attend over the image.
///
/// Reproduces `BlipForConditionalGeneration` of transformers in float32 (Li et al., BLIP, arXiv 2201.12086).
package struct BLIPModel: CaptioningModel {
    private let configuration: BLIPConfiguration
    private let vision: EVAEncoder
    private let text: BLIPTextDecoder

    package static let supported =
        "BLIP for captions is supported, such as Salesforce/blip-image-captioning-base and -large (model_type blip, "
        + "architecture BlipForConditionalGeneration)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        guard kind.modelType == "blip" else { return .notMine }
        guard let architecture = kind.architectures.first, architecture != "BlipForConditionalGeneration" else {
            return .mine
        }
        return .refused("BLIP for another purpose (architecture \(architecture))")
    }

    package init(_ reader: ConfigurationReader, weights: WeightScope) throws {
        configuration = try BLIPConfiguration(reader)
        vision = try EVAEncoder(configuration.vision, weights: weights["vision_model"])
        text = try BLIPTextDecoder(
            configuration.text, imageWidth: configuration.vision.width, weights: weights["text_decoder"])
    }

    package var imageSize: Int { configuration.vision.imageSize }
    package var imagePreparation: ImagePreparation { .stretch }
    package var floatsPerImage: Int { vision.floatsPerImage }
    package var decoder: any CausalDecoder { text }

    package var prompt: PromptFormat {
        PromptFormat(
            beginTokenID: configuration.text.beginTokenID, endTokenIDs: [configuration.text.separatorTokenID],
            imageRows: configuration.vision.tokenCount, reading: .attended)
    }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        try stages.measure("vision", tracing: "vision.last_hidden_state") {
            try vision(pixels, in: context)
        }  // [B, T, E]
    }

    package var architecture: String { configuration.architecture }

    package var facts: [ModelFact] { [configuration.vision.fact, text.configuration.fact("decoder")] }
}
