package import CaptionerCheckpoints
package import CaptionerTensorCore

/// BLIP for image-text matching: both are embedded in one space (ITC), and a text is encoded with the image before it to say
/// whether they match (ITM).
///
/// Reproduces `BlipForImageTextRetrieval` of transformers in float32 (Li et al., BLIP, arXiv 2201.12086). Texts begin with the
/// tokenizer's [CLS] for both, as there; the original's retrieval evaluation has [ENC] in its place.
package struct BLIPRetrievalModel: MatchingModel {
    private let configuration: BLIPConfiguration
    private let vision: EVAEncoder
    private let text: BLIPTextEncoder
    private let visionProjection: Linear
    private let textProjection: Linear
    private let matchHead: Linear

    package static let supported =
        "BLIP for image-text matching is supported, such as Salesforce/blip-itm-base-coco and -large-flickr (model_type "
        + "blip, architecture BlipForImageTextRetrieval)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        guard kind.modelType == "blip" else { return .notMine }
        guard kind.architectures.first == "BlipForImageTextRetrieval" else {
            return .refused("BLIP for another purpose (architecture \(kind.architectures.first ?? "missing"))")
        }
        return .mine
    }

    package init(_ reader: ConfigurationReader, weights: WeightScope) throws {
        configuration = try BLIPConfiguration(reader)
        vision = try EVAEncoder(configuration.vision, weights: weights["vision_model"])
        text = try BLIPTextEncoder(
            configuration.text, imageWidth: configuration.vision.width, weights: weights["text_encoder"])
        let width = configuration.comparedWidth
        visionProjection = try Linear(weights["vision_proj"], from: configuration.vision.width, to: width)
        textProjection = try Linear(weights["text_proj"], from: configuration.text.width, to: width)
        matchHead = try Linear(weights["itm_head"], from: configuration.text.width, to: 2)
    }

    package var imageSize: Int { configuration.vision.imageSize }
    package var imagePreparation: ImagePreparation { .stretch }
    package var embeddingWidth: Int { configuration.comparedWidth }
    package var imageRowWidth: Int { configuration.vision.width }
    package var contextLength: Int { configuration.text.contextLength }
    package var vocabularySize: Int { text.configuration.vocabularySize }
    /// transformers gives the cosines as they are.
    package var logitScale: Float { 1 }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        let rows = try imageRows(pixels, stages: stages, in: context)  // [B, T, E]
        return stages.measure("vision", tracing: "image_embeds") { embeddings(ofRows: rows, in: context) }  // [B, P]
    }

    package func imageRows(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        try stages.measure("vision", tracing: "vision.last_hidden_state") { try vision(pixels, in: context) }
    }

    private func embeddings(ofRows rows: borrowing Tensor, in context: ComputeContext) -> Tensor {
        let first = rows.gathered(rows: (0..<rows.shape[0]).map { $0 * rows.shape[1] }, in: context)  // [B, E]
        return visionProjection(first, in: context)
    }

    package func textEmbeddings(_ texts: [[Int]], in context: ComputeContext) throws -> Tensor {
        let rows = try text(texts, in: context)  // [R, D]
        return textProjection(firstRows(of: texts, in: rows, in: context), in: context)  // [N, P]
    }

    package func matchLogits(
        image rows: borrowing Tensor, texts: [[Int]], in context: ComputeContext
    ) throws -> Tensor {
        let rows = try text(texts, image: rows, in: context)  // [R, D]
        return matchHead(firstRows(of: texts, in: rows, in: context), in: context)  // [N, 2]
    }

    /// The row of each text's first token, which stands for the text.
    private func firstRows(of texts: [[Int]], in rows: borrowing Tensor, in context: ComputeContext) -> Tensor {
        rows.gathered(rows: BLIPTextEncoder.rows(of: texts).map(\.lowerBound), in: context)  // [N, D]
    }

    package var architecture: String { configuration.architecture }

    package var facts: [ModelFact] {
        [
            configuration.vision.fact, text.configuration.fact("text"),
            ModelFact(
                "embedding", ["\(configuration.comparedWidth) numbers"],
                ["image_text_hidden_size": .integer(configuration.comparedWidth)]),
        ]
    }
}
