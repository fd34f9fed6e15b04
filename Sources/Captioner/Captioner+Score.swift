import CaptionerModels
import CaptionerTokenization

extension Captioner {
    /// How probable a text is as the caption of an image, under the model: for ranking captions, or for finding images
    /// whose caption does not fit.
    ///
    /// ```swift
    /// let score = try await captioner.logLikelihood(of: "a dog on a beach", for: url)
    /// print(score.logProbability, score.meanLogProbability)
    /// ```
    ///
    /// - Parameters:
    ///   - text: a caption as ``Caption/text`` has it. After a prompt a space is put before it, unless it has one.
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``. The prompt of a request precedes the text, and is given.
    ///   - includesEnd: whether the text has to end there: the probability of the model's end token is included.
    /// - Returns: the log-probability of each token of the text, in nats.
    /// - Throws: `CaptionFailure` for a bad image, or a text that does not fit the model; `CancellationError` when the
    ///   task was cancelled.
    public func logLikelihood(
        of text: String, for image: some CaptionRequestConvertible, includesEnd: Bool = true
    ) async throws -> TextScore {
        try await score(image.captionRequest, texts: [text], includesEnd: includesEnd)[0]
    }

    /// How probable each of some texts is as the caption of one image. The image is encoded once.
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
        let tokens = texts.map { self.tokens(of: $0, afterPrompt: request.prompt != nil, includesEnd: includesEnd) }
        return try await withPrepared(request, prompt: promptTokens(nil)) { prepared in
            zip(tokens, try await engine.score(prepared, texts: tokens)).map {
                TextScore(tokenIDs: $0, tokenLogProbabilities: $1)
            }
        }
    }

    private func tokens(of text: String, afterPrompt: Bool, includesEnd: Bool) -> [Int] {
        let needsSpace =
            afterPrompt && engine.prompt.conversation == nil
            && text.unicodeScalars.first?.properties.isWhitespace == false
        let tokens = tokenizer.encode(needsSpace ? " " + text : text, addingSpecialTokens: false)
        return tokens + (includesEnd ? engine.endTokenIDs.prefix(1) : [])
    }
}
