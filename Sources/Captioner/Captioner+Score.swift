import CaptionerModels
import CaptionerTokenization

extension Captioner {
    /// How probable a text is as the caption of an image, under the model: for ranking captions, or for finding images
    /// whose caption does not fit.
    ///
    /// - Parameters:
    ///   - text: a caption as ``Caption/text`` has it. Behind a prompt a space is put before it, unless it has one.
    ///   - prompt: what stands before the text, and is given.
    ///   - includesEnd: whether the text has to end there: the probability of the model's end token is included.
    /// - Throws: `CaptionFailure` for a bad image, or a text that does not fit the model; `CancellationError` when the
    ///   task was cancelled.
    public func score(
        _ image: ImageSource, text: String, prompt: String? = nil, includesEnd: Bool = true
    ) async throws -> TextScore {
        try await score(image, texts: [text], prompt: prompt, includesEnd: includesEnd)[0]
    }

    /// How probable each of some texts is as the caption of one image. The image is encoded once.
    /// - Returns: a score for each text, in their order.
    /// - Throws: as ``score(_:text:prompt:includesEnd:)``.
    public func score(
        _ image: ImageSource, texts: [String], prompt: String? = nil, includesEnd: Bool = true
    ) async throws -> [TextScore] {
        try await score(CaptionRequest(image: image, prompt: prompt), texts: texts, includesEnd: includesEnd)
    }

    /// The same of an image that may have been decoded already.
    package func score(
        _ request: CaptionRequest, texts: [String], includesEnd: Bool = true
    ) async throws -> [TextScore] {
        let tokens = texts.map { self.tokens(of: $0, behindPrompt: request.prompt != nil, includesEnd: includesEnd) }
        return try await withPrepared(request, prompt: promptTokens(nil)) { prepared in
            zip(tokens, try await engine.score(prepared, texts: tokens)).map(TextScore.init)
        }
    }

    private func tokens(of text: String, behindPrompt: Bool, includesEnd: Bool) -> [Int] {
        let needsSpace =
            behindPrompt && engine.prompt.conversation == nil
            && text.unicodeScalars.first?.properties.isWhitespace == false
        let tokens = tokenizer.encode(needsSpace ? " " + text : text, addingSpecialTokens: false)
        return tokens + (includesEnd ? engine.endTokenIDs.prefix(1) : [])
    }
}
