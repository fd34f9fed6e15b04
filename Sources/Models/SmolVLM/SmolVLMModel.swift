package import CaptionerCheckpoints
package import CaptionerTensorCore

/// SmolVLM and Idefics3: a SigLIP tower that sees tiles of an image and the whole, neighbouring patches joined into positions, and
/// a LLaMA decoder that was trained to converse.
///
/// Reproduces `Idefics3ForConditionalGeneration` and `SmolVLMForConditionalGeneration` of transformers, which compute the same, in
/// float32 (Marafioti et al., SmolVLM, arXiv 2504.05299; Laurençon et al., Idefics3, arXiv 2408.12637).
package struct SmolVLMModel: CaptioningModel {
    private let configuration: SmolVLMConfiguration
    private let vision: SigLIPEncoder
    private let connector: Linear
    private let text: RotaryDecoder

    package static let supported =
        "SmolVLM is supported, such as HuggingFaceTB/SmolVLM-256M-Instruct, -500M-Instruct and SmolVLM2-256M-Video-Instruct "
        + "(model_type idefics3 or smolvlm, text_config.model_type llama)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        guard ["idefics3", "smolvlm"].contains(kind.modelType) else { return .notMine }
        guard kind.decoderType ?? "llama" == "llama" else {
            return .refused("SmolVLM\(kind.decoderName ?? " with another decoder") (\(kind.types))")
        }
        return .mine
    }

    package static var readsGenerationConfiguration: Bool { true }

    package init(_ reader: ConfigurationReader, weights: WeightScope) throws {
        let configuration = try SmolVLMConfiguration(reader)
        self.configuration = configuration
        let (model, scale) = (weights["model"], configuration.scaleFactor)
        vision = try SigLIPEncoder(configuration.vision, weights: model["vision_model"])
        connector = try Linear(
            model["connector"]["modality_projection"]["proj"],
            from: configuration.vision.tower.width * scale * scale, to: configuration.text.sizes.width, hasBias: false)
        text = try RotaryDecoder(configuration.text.sizes, weights: model["text_model"], head: weights["lm_head"])
    }

    package var imageSize: Int { configuration.vision.imageSize }
    package var imagePreparation: ImagePreparation { .tiles }

    package var floatsPerImage: Int {
        vision.floatsPerImage + configuration.vision.tokenCount * configuration.vision.tower.width
            + configuration.positionsPerTile * configuration.text.sizes.width
    }

    package var decoder: any CausalDecoder { text }

    package var prompt: PromptFormat {
        PromptFormat(
            beginTokenID: configuration.beginTokenID, endTokenIDs: configuration.endTokenIDs,
            imageRows: configuration.positionsPerTile, conversation: .smolVLM,
            visibleImageTokenID: configuration.imageTokenID, tiles: .idefics3)
    }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        let patches = try stages.measure("vision", tracing: "vision.last_hidden_state") {
            try vision(pixels, in: context)
        }  // [B, T, D]
        return stages.measure("connector", tracing: "image_tokens") {
            let joined = pixelShuffle(
                patches, gridSize: configuration.vision.gridSize, scale: configuration.scaleFactor, in: context)
            return connector(joined, in: context)
        }  // [B, Q, D']
    }

    package var architecture: String { configuration.architecture }

    package var facts: [ModelFact] {
        [
            configuration.vision.fact,
            ModelFact(
                "connector",
                [
                    "\(configuration.scaleFactor) x \(configuration.scaleFactor) patches a position, "
                        + "\(configuration.positionsPerTile) positions a tile"
                ],
                [
                    "scale_factor": .integer(configuration.scaleFactor),
                    "positions_per_tile": .integer(configuration.positionsPerTile),
                ]),
            configuration.text.fact(endTokenIDs: configuration.endTokenIDs),
        ]
    }
}
