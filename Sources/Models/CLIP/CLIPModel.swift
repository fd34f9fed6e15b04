package import CaptionerCheckpoints
package import CaptionerTensorCore
import Foundation

/// CLIP: a vision tower and a text tower, whose projections embed images and texts in one space.
///
/// Reproduces `CLIPModel` of transformers in float32 (Radford et al., Learning Transferable Visual Models From Natural
/// Language Supervision, arXiv 2103.00020), and open_clip's `CLIP` where the two towers are the same.
package struct CLIPModel: EmbeddingModel {
    private let configuration: CLIPConfiguration
    private let vision: CLIPVisionEncoder
    private let text: CLIPTextEncoder
    private let visionProjection: Linear
    private let textProjection: Linear
    package let logitScale: Float

    package static let supported =
        "CLIP is supported, such as openai/clip-vit-base-patch32 and laion/CLIP-ViT-H-14-laion2B-s32B-b79K (model_type clip, "
        + "or open_clip_config.json with a vision transformer)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        if kind.isOpenCLIP { return .mine }
        switch kind.modelType {
        case "clip":
            guard let architecture = kind.architectures.first, oneTower.contains(architecture) else { return .mine }
            return .refused("one tower of CLIP alone (architecture \(architecture))")
        case "clip_vision_model", "clip_text_model":
            return .refused("one tower of CLIP alone (\(kind.types))")
        default: return .notMine
        }
    }

    private static let oneTower = [
        "CLIPVisionModel", "CLIPTextModel", "CLIPVisionModelWithProjection", "CLIPTextModelWithProjection",
    ]

    package init(_ reader: ConfigurationReader, weights: WeightScope) throws {
        configuration = try CLIPConfiguration(reader)
        var weights = weights
        if configuration.isOpenCLIP {
            // OpenAI's own files have sizes among their tensors.
            for name in ["input_resolution", "context_length", "vocab_size"] { weights.ignore(name) }
            let prefix = weights.contains("text.positional_embedding") ? "text." : ""
            weights = weights.renamed { OpenCLIPNames.name($0, textPrefix: prefix) }
        }
        let width = configuration.embeddingWidth
        vision = try CLIPVisionEncoder(configuration.vision, weights: weights["vision_model"])
        text = try CLIPTextEncoder(configuration.text, weights: weights["text_model"])
        visionProjection = try Linear(
            weights["visual_projection"], from: configuration.vision.tower.width, to: width, hasBias: false)
        textProjection = try Linear(
            weights["text_projection"], from: configuration.text.tower.width, to: width, hasBias: false)
        let scale = try weights.parameter("logit_scale", shape: [])
        logitScale = withExtendedLifetime(scale) { exp(scale.floats[0]) }
    }

    package var imageSize: Int { configuration.vision.imageSize }
    package var imagePreparation: ImagePreparation { .crop }
    package var embeddingWidth: Int { configuration.embeddingWidth }
    package var contextLength: Int { configuration.text.contextLength }
    package var vocabularySize: Int { configuration.text.vocabularySize }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        if stages.isTraced {
            _ = try stages.measure("vision", tracing: "vision.last_hidden_state") {
                try vision.hiddenState(pixels, in: context)
            }  // [B, T, D]
        }
        return try stages.measure("vision", tracing: "image_embeds") {
            let pooled = try vision(pixels, in: context)  // [B, D]
            return visionProjection(pooled, in: context)
        }  // [B, P]
    }

    package func textEmbeddings(_ texts: [[Int]], in context: ComputeContext) throws -> Tensor {
        textProjection(try text(texts, in: context), in: context)  // [N, P]
    }

    package var architecture: String {
        configuration.isOpenCLIP ? "CLIP, as open_clip stores it" : "CLIPModel"
    }

    package var facts: [ModelFact] {
        let (vision, text) = (configuration.vision, configuration.text)
        return [
            ModelFact("vision", [vision.tower.description, vision.description], vision.values),
            ModelFact(
                "text",
                [text.tower.description, "vocabulary \(text.vocabularySize), context \(text.contextLength)"],
                text.tower.values.merging([
                    "vocab_size": .integer(text.vocabularySize),
                    "max_position_embeddings": .integer(text.contextLength),
                ]) { $1 }),
            ModelFact(
                "embedding", ["\(configuration.embeddingWidth) numbers"],
                ["projection_dim": .integer(configuration.embeddingWidth)]),
        ]
    }
}
