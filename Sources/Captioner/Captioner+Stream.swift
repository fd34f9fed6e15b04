import CaptionerGeneration
import CaptionerTensorCore
import CaptionerTokenization

extension Captioner {
    /// A stream of an image's caption, token by token, while it is being generated.
    ///
    /// Work begins at once, before the stream is read. It stops within a layer of the model when the stream is dropped or
    /// the task that reads it is cancelled.
    ///
    /// ```swift
    /// for try await case .text(let text, _) in captioner.captionUpdates(for: url) { print(text, terminator: "") }
    /// ```
    ///
    /// - Parameters:
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: for one caption without beams, since beam search may replace tokens that were reported.
    /// - Returns: texts, then the finished caption. The stream throws `CaptionFailure` for a bad image, and `CaptionerError`
    ///   with the code `invalidOption`. It does not throw when the reading task is cancelled: it ends without a finished
    ///   caption.
    public func captionUpdates(
        for image: some CaptionRequestConvertible, options: GenerationOptions = GenerationOptions()
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        captionUpdates(for: image, options: options) { _ in }
    }

    /// A stream of the answer to the last question of a conversation about an image, token by token, while it is being
    /// generated.
    /// - Parameters:
    ///   - conversation: at least one turn; all but the last have answers.
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: for one answer without beams; `prompt` is ignored.
    /// - Returns: as ``captionUpdates(for:options:)``, with the answer as the finished caption.
    public func answerUpdates(
        _ conversation: [ConversationTurn], about image: some CaptionRequestConvertible,
        options: GenerationOptions = GenerationOptions()
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        captionUpdates(for: image, options: options, conversation: conversation) { _ in }
    }

    /// - Parameters:
    ///   - conversation: takes the place of a prompt.
    ///   - observe: receives each update when it is made, whether or not the stream is still read.
    package func captionUpdates(
        for image: some CaptionRequestConvertible, options: GenerationOptions, conversation: [ConversationTurn]? = nil,
        observe: @escaping @Sendable (CaptionUpdate) -> Void
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        let request = image.captionRequest
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let caption = try await write(request, options: options, conversation) { update in
                        continuation.yield(update)
                        observe(update)
                    }
                    continuation.yield(.finished(caption))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func write(
        _ request: CaptionRequest, options: GenerationOptions, _ conversation: [ConversationTurn]?,
        to yield: @escaping @Sendable (CaptionUpdate) -> Void
    ) async throws -> Caption {
        var (options, request) = (options, request)
        if conversation != nil { (options.prompt, request.prompt) = (nil, nil) }
        let plan = try plan(options)
        let prompt: [Int]
        do {
            prompt = try conversation.map(promptTokens) ?? plan.prompt
        } catch let error as GenerationError {
            throw CaptionFailure(stage: .prompt, message: "\(error)", path: request.image.path)
        }
        guard plan.copies == 1 else {
            throw CaptionerError.invalidOption(
                "a stream writes one caption: numBeams is \(options.numBeams), "
                    + "numReturnSequences \(options.numReturnSequences)")
        }
        let decoder = Locked(StreamingDecoder(tokenizer))
        return try await withPrepared(request, prompt: prompt) { prepared in
            let captions = try await sharedBatches.captions(of: prepared, plan: plan, by: self) { id in
                yield(.text(decoder.withLock { $0.append(id) }, tokenID: id))
            }
            let rest = decoder.withLock { $0.finish() }
            if !rest.isEmpty { yield(.text(rest, tokenID: nil)) }
            return captions[0]
        }
    }
}
