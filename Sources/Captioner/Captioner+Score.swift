import CaptionerGeneration
import CaptionerModels
import CaptionerTokenization

extension Captioner {
    /// The log-likelihood of a text as the caption of an image, under the model. It ranks captions, and finds images whose
    /// caption does not fit.
    ///
    /// ```swift
    /// let score = try await captioner.logLikelihood(of: "a dog on a beach", for: url)
    /// print(score.logProbability, score.meanLogProbability)
    /// ```
    ///
    /// - Parameters:
    ///   - text: a caption, such as ``Caption/text``. After a prompt it gets a space before it, unless it begins with one.
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``. The prompt of a ``CaptionRequest`` precedes
    ///     the text, and is not scored.
    ///   - includesEnd: whether the model's end token, after the text, is scored with it.
    /// - Returns: the log-probability of each token of the text, in nats.
    /// - Throws: `CaptionFailure` for a bad image, or a text that is too long for the model; `CancellationError` when the
    ///   task was cancelled.
    public func logLikelihood(
        of text: String, for image: some CaptionRequestConvertible, includesEnd: Bool = true
    ) async throws -> TextScore {
        try await score(image.captionRequest, texts: [text], includesEnd: includesEnd)[0]
    }

    /// The log-likelihood of each of several texts as the caption of one image. The image is encoded once.
    ///
    /// The parameters are those of ``logLikelihood(of:for:includesEnd:)``.
    /// - Returns: a score for each text, in their order.
    /// - Throws: as for one text.
    public func logLikelihoods(
        of texts: [String], for image: some CaptionRequestConvertible, includesEnd: Bool = true
    ) async throws -> [TextScore] {
        try await score(image.captionRequest, texts: texts, includesEnd: includesEnd)
    }

    /// The scores of texts, for an image that may have been decoded already.
    package func score(
        _ request: CaptionRequest, texts: [String], includesEnd: Bool = true
    ) async throws -> [TextScore] {
        try await scoresAndNote(request, texts: texts, includesEnd: includesEnd).scores
    }

    /// The scores of texts, and what was wrong with the image's file although it could be read.
    package func scoresAndNote(
        _ request: CaptionRequest, texts: [String], includesEnd: Bool = true
    ) async throws -> (scores: [TextScore], note: String?) {
        let tokens = texts.map { self.tokens(of: $0, afterPrompt: request.prompt != nil, includesEnd: includesEnd) }
        return try await withPrepared(request, prompt: promptTokens(nil)) { prepared in
            do {
                let scores = zip(tokens, try await engine.score(prepared, texts: tokens)).map {
                    TextScore(tokenIDs: $0, tokenLogProbabilities: $1)
                }
                return (scores, prepared.note)
            } catch let error as GenerationError {
                throw CaptionFailure(stage: .prompt, message: "\(error)", path: request.image.path)
            }
        }
    }

    private func tokens(of text: String, afterPrompt: Bool, includesEnd: Bool) -> [Int] {
        // What a model that converses writes between its turn's beginning and its words.
        let gap = engine.prompt.conversation?.answerGap ?? (afterPrompt && engine.prompt.task == nil ? " " : "")
        let begins = text.unicodeScalars.first?.properties.isWhitespace == false
        let tokens = tokenizer.encode(begins ? gap + text : text, addingSpecialTokens: false)
        return tokens + (includesEnd ? engine.endTokenIDs.prefix(1) : [])
    }
}
