import CaptionerFiles
import CaptionerImageProcessing
import Foundation

extension ImageTextEncoder {
    /// Whether the model also looks at a text together with an image, as BLIP for image-text matching does.
    public var canMatch: Bool { engine.canMatch }

    /// The probability that a text matches an image, from 0 to 1 (ITM). The text is encoded with the image before it, which
    /// says more than the cosine similarity of two embeddings, and takes longer.
    ///
    /// ```swift
    /// let encoder = try await ImageTextEncoder(modelNamed: "Salesforce/blip-itm-base-coco")
    /// let probability = try await encoder.matchProbability(of: "a dog on a beach", to: url)
    /// ```
    /// - Throws: `CaptionFailure` for a bad image; `TextFailure` as ``tokenIDs(_:)``; `CaptionerError` with the code
    ///   `unusableModel` for a model that only embeds (``canMatch``); `CancellationError` when the task was cancelled.
    public func matchProbability(of text: String, to image: some CaptionRequestConvertible) async throws -> Float {
        try await matchProbabilities(of: [text], to: image)[0]
    }

    /// The probability of each of several texts that it matches an image. The image goes through the vision tower once.
    /// - Throws: as for one text.
    public func matchProbabilities(
        of texts: [String], to image: some CaptionRequestConvertible
    ) async throws -> [Float] {
        try await matchProbabilities([(image.captionRequest.image, texts)])[0].get()
    }

    /// The same for texts of several images.
    /// - Returns: for each image the probabilities of its texts, or the reason why there are none.
    package func matchProbabilities(
        _ pairs: [(image: ImageSource, texts: [String])]
    ) async throws -> [Result<[Float], CaptionFailure>] {
        try checkThatItMatches()
        let tokens = try pairs.map { try $0.texts.map(tokenIDs) }
        let images = try await embeddings(
            of: pairs.map { CaptionRequest(image: $0.image) }, for: .matching, processedFor: nil)
        var results: [Result<[Float], CaptionFailure>] = []
        for (tokens, image) in zip(tokens, images) {
            switch image {
            case .success(let image):
                let logits = try await engine.matchLogits(image: image.embedding, texts: tokens)
                results.append(.success(logits.map(Self.matchProbability)))
            case .failure(let failure): results.append(.failure(failure))
            }
        }
        return results
    }

    /// - Throws: `CaptionerError` with the code `unusableModel`.
    package func checkThatItMatches() throws(CaptionerError) {
        guard !canMatch else { return }
        throw .unusableModel(
            folder: folder.escaped,
            cause: "it embeds images and texts apart; matching needs BLIP for image-text matching, such as "
                + "Salesforce/blip-itm-base-coco")
    }

    /// The softmax of the logits of no match and of a match.
    static func matchProbability(_ logits: [Float]) -> Float {
        let largest = max(logits[0], logits[1])
        let (no, yes) = (exp(logits[0] - largest), exp(logits[1] - largest))
        return yes / (no + yes)
    }
}
