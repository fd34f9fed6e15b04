package import CaptionerCheckpoints
package import CaptionerTensorCore

/// BLIP-2 for captions: a vision transformer, a Q-Former, a projection and an OPT decoder.
///
/// Reproduces `Blip2ForConditionalGeneration` of transformers in float32 (Li et al., BLIP-2, arXiv 2301.12597).
package struct BLIP2Model: CaptioningModel {
    private let configuration: BLIP2Configuration
    private let vision: EVAEncoder
    private let qFormer: QFormer
    private let languageProjection: Linear
    private let opt: OPTDecoder

    package static let supported =
        "BLIP-2 with an OPT decoder is supported, such as Salesforce/blip2-opt-2.7b, blip2-opt-6.7b and their -coco variants "
        + "(model_type blip-2, text_config.model_type opt)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        guard kind.modelType == "blip-2" else { return .notMine }
        // These have a projection into a common space of images and texts in place of a decoder.
        if let architecture = kind.architectures.first, withoutDecoder.contains(architecture) {
            return .refused("BLIP-2 without a decoder (architecture \(architecture))")
        }
        // OPT is also the default.
        guard kind.decoderType ?? "opt" == "opt" else {
            return .refused("BLIP-2\(kind.decoderName ?? " with another decoder") (\(kind.types))")
        }
        return .mine
    }

    private static let withoutDecoder = [
        "Blip2ForImageTextRetrieval", "Blip2TextModelWithProjection", "Blip2VisionModelWithProjection",
    ]

    package init(_ reader: ConfigurationReader, weights: WeightScope) throws {
        configuration = try BLIP2Configuration(reader)
        vision = try EVAEncoder(configuration.vision, weights: weights["vision_model"])
        qFormer = try QFormer(configuration.qFormer, queryTokenCount: configuration.queryTokenCount, root: weights)
        languageProjection = try Linear(
            weights["language_projection"], from: configuration.qFormer.width, to: configuration.text.width)
        opt = try OPTDecoder(configuration.text, weights: weights["language_model"])
    }

    package var imageSize: Int { configuration.vision.imageSize }
    package var imagePreparation: ImagePreparation { .stretch }

    package var floatsPerImage: Int {
        vision.floatsPerImage + qFormer.floatsPerImage(tokenCount: configuration.vision.tokenCount)
    }

    package var decoder: any CausalDecoder { opt }

    package var prompt: PromptFormat {
        PromptFormat(
            beginTokenID: configuration.text.beginTokenID, endTokenIDs: configuration.text.endTokenIDs,
            imageRows: configuration.queryTokenCount)
    }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        let tokens = try stages.measure("vision", tracing: "vision.last_hidden_state") {
            try vision(pixels, in: context)
        }  // [B, T, D]
        let queries = try stages.measure("q_former", tracing: "qformer.last_hidden_state") {
            try qFormer(tokens, in: context)
        }  // [B, Q, D]
        return stages.measure("q_former", tracing: "language_projection") { languageProjection(queries, in: context) }
    }

    package var architecture: String { configuration.architecture }

    package var facts: [ModelFact] {
        let (qFormer, text) = (configuration.qFormer, opt.configuration)
        return [
            configuration.vision.fact,
            ModelFact(
                "q-former",
                [
                    "\(qFormer.layerCount) layers of width \(qFormer.width), \(qFormer.headCount) heads, "
                        + "feed-forward \(qFormer.feedForwardWidth)",
                    "\(configuration.queryTokenCount) queries, cross-attention every "
                        + "\(qFormer.crossAttentionFrequency) layers",
                ],
                [
                    "num_hidden_layers": .integer(qFormer.layerCount), "hidden_size": .integer(qFormer.width),
                    "num_attention_heads": .integer(qFormer.headCount),
                    "intermediate_size": .integer(qFormer.feedForwardWidth),
                    "num_query_tokens": .integer(configuration.queryTokenCount),
                    "cross_attention_frequency": .integer(qFormer.crossAttentionFrequency),
                ]),
            ModelFact(
                "decoder",
                [
                    "OPT, \(text.layerCount) layers of width \(text.width), \(text.headCount) heads, "
                        + "feed-forward \(text.feedForwardWidth)",
                    "vocabulary \(text.vocabularySize), context \(text.contextLength), end token "
                        + text.endTokenIDs.map(String.init).joined(separator: ", "),
                ],
                [
                    "model_type": .text("opt"), "num_hidden_layers": .integer(text.layerCount),
                    "hidden_size": .integer(text.width), "num_attention_heads": .integer(text.headCount),
                    "ffn_dim": .integer(text.feedForwardWidth), "vocab_size": .integer(text.vocabularySize),
                    "max_position_embeddings": .integer(text.contextLength),
                    "eos_token_id": .integers(text.endTokenIDs),
                ]),
        ]
    }
}
