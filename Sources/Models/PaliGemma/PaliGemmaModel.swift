package import CaptionerCheckpoints
package import CaptionerTensorCore

/// PaliGemma and PaliGemma 2: a SigLIP tower, a projection, and a decoder of Gemma's first or second generation that sees image and
/// task in both directions.
///
/// Reproduces `PaliGemmaForConditionalGeneration` of transformers in float32 (Beyer et al., PaliGemma, arXiv 2407.07726; Steiner et
/// al., PaliGemma 2, arXiv 2412.03555).
package struct PaliGemmaModel: CaptioningModel {
    private let vision: SigLIPEncoder
    private let projector: Linear
    private let configuration: GemmaConfiguration
    private let gemma: RotaryDecoder
    private let imageTokenID: Int
    package let architecture: String

    package static let supported =
        "PaliGemma is supported, such as google/paligemma-3b-mix-224, paligemma-3b-ft-cococap-448 and paligemma2-3b-mix-224 "
        + "(model_type paligemma, text_config.model_type gemma or gemma2)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        guard kind.modelType == "paligemma" else { return .notMine }
        guard ["gemma", GemmaConfiguration.secondType].contains(kind.decoderType ?? "gemma") else {
            return .refused("PaliGemma with another decoder (\(kind.types))")
        }
        return .mine
    }

    package init(_ reader: ConfigurationReader, weights root: WeightScope) throws {
        let kind = try ModelKind(reader)
        architecture = kind.architectures.first ?? kind.modelType ?? ""
        let sizes = try SigLIPSizes(
            reader.object("vision_config"),
            default: (width: 768, inner: 3072, layers: 12, heads: 12, imageSize: 224, patchSize: 16))
        configuration = try GemmaConfiguration(reader.object("text_config"))
        imageTokenID = try reader.integer("image_token_id") ?? reader.integer("image_token_index") ?? 257152
        guard (0..<configuration.vocabularySize).contains(imageTokenID) else {
            throw ModelError.invalid(
                reader.name("image_token_index"), found: "\(imageTokenID)",
                expected: "a token id below \(configuration.vocabularySize)")
        }
        guard sizes.tokenCount < configuration.contextLength else {
            throw ModelError.unsupported(
                reader.name("vision_config.image_size"),
                found: "\(sizes.imageSize), which makes \(sizes.tokenCount) positions",
                supported: "images of fewer positions than the \(configuration.contextLength) of text_config "
                    + "(max_position_embeddings, sliding_window)")
        }
        let prefixes = PaliGemmaNames(root)
        let weights = root.renamed(prefixes.stored)
        vision = try SigLIPEncoder(sizes, weights: weights["vision_tower"]["vision_model"])
        projector = try Linear(
            weights["multi_modal_projector"]["linear"], from: sizes.tower.width, to: configuration.width)
        var text = configuration.sizes
        text.scalesImages = false
        text.firstPosition = 1
        text.seesWholePrefix = true
        let language = weights["language_model"]
        gemma = try RotaryDecoder(text, weights: language["model"], head: language["lm_head"])
    }

    package var imageSize: Int { vision.sizes.imageSize }
    package var imagePreparation: ImagePreparation { .stretch }

    package var floatsPerImage: Int { vision.floatsPerImage + vision.sizes.tokenCount * configuration.width }

    package var decoder: any CausalDecoder { gemma }

    package var prompt: PromptFormat {
        PromptFormat(
            beginTokenID: configuration.beginTokenID, endTokenIDs: configuration.endTokenIDs,
            imageRows: vision.sizes.tokenCount, visibleImageTokenID: imageTokenID, task: .paliGemma,
            seesWholePrefix: true)
    }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        let rows = try stages.measure("vision", tracing: "vision.last_hidden_state") {
            try vision(pixels, in: context)
        }  // [B, T, D]
        return stages.measure("projector", tracing: "image_tokens") { projector(rows, in: context) }  // [B, T, D']
    }

    package var facts: [ModelFact] { [vision.sizes.fact, configuration.fact] }
}
