package import CaptionerCheckpoints
package import CaptionerTensorCore

/// BLIP for questions: an encoder reads the question with the image, and a decoder whose layers attend over what that makes of it
/// answers.
///
/// Reproduces `BlipForQuestionAnswering` of transformers in float32 (Li et al., BLIP, arXiv 2201.12086).
package struct BLIPQuestionModel: QuestionModel {
    private let configuration: BLIPConfiguration
    private let vision: EVAEncoder
    private let question: BLIPTextEncoder
    private let answer: BLIPTextDecoder

    package static let supported =
        "BLIP for questions is supported, such as Salesforce/blip-vqa-base (model_type blip, architecture "
        + "BlipForQuestionAnswering)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        kind.modelType == "blip" && kind.architectures.first == "BlipForQuestionAnswering" ? .mine : .notMine
    }

    package init(_ reader: ConfigurationReader, weights: WeightScope) throws {
        configuration = try BLIPConfiguration(reader)
        let width = configuration.vision.width
        // The decoder's weights are for rows of the vision tower's width, and it is given rows of the encoder.
        guard configuration.text.width == width else {
            throw ModelError.invalid(
                "text_config.hidden_size", found: "\(configuration.text.width)",
                expected: "\(width), the width of the vision tower, since answers attend over the encoded question")
        }
        vision = try EVAEncoder(configuration.vision, weights: weights["vision_model"])
        question = try BLIPTextEncoder(configuration.text, imageWidth: width, weights: weights["text_encoder"])
        answer = try BLIPTextDecoder(configuration.text, imageWidth: width, weights: weights["text_decoder"])
        guard question.configuration.vocabularySize == answer.vocabularySize else {
            throw ModelError.invalid(
                "text_config.vocab_size", found: "\(question.configuration.vocabularySize) rows for questions",
                expected: "\(answer.vocabularySize), as many as for answers")
        }
    }

    package var imageSize: Int { configuration.vision.imageSize }
    package var imagePreparation: ImagePreparation { .stretch }
    package var floatsPerImage: Int { vision.floatsPerImage }
    package var decoder: any CausalDecoder { answer }
    package var captionQuestion: String { "what is in the picture?" }

    package var prompt: PromptFormat {
        PromptFormat(
            beginTokenID: configuration.text.beginTokenID, endTokenIDs: [configuration.text.separatorTokenID],
            imageRows: configuration.vision.tokenCount, reading: .question)
    }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        try stages.measure("vision", tracing: "vision.last_hidden_state") {
            try vision(pixels, in: context)
        }  // [B, T, E]
    }

    package func encoded(
        _ questions: [(image: Int, tokens: [Int])], images: borrowing Tensor, in context: ComputeContext
    ) throws -> Tensor {
        let count = images.shape[1]
        let width = configuration.text.width
        let result = Tensor(shape: [questions.map(\.tokens.count).reduce(0, +), width], in: context)
        var target = result.pointer
        var rest = questions[...]
        while let image = rest.first?.image {
            // Questions about one image share its keys and values.
            let together = rest.prefix { $0.image == image }
            rest = rest.dropFirst(together.count)
            let own = images.gathered(rows: Array((image * count)..<((image + 1) * count)), in: context)  // [T, E]
            let rows = try question(together.map(\.tokens), image: own, in: context)  // [R, D]
            target.update(from: rows.pointer, count: rows.count)
            target += rows.count
        }
        return result
    }

    package var architecture: String { configuration.architecture }

    package var facts: [ModelFact] {
        [
            configuration.vision.fact, question.configuration.fact("question encoder"),
            answer.configuration.fact("decoder"),
        ]
    }
}
