import CaptionerGeneration
import CaptionerTensorCore
import CaptionerTokenization

extension Captioner {
    /// The caption of an image while it is being written, token by token.
    ///
    /// Work begins at once and continues until the caption is finished, its stream is dropped, or the task that reads it
    /// is cancelled; it then stops within a layer of the model.
    ///
    /// ```swift
    /// for try await case .text(let text, _) in captioner.captionUpdates(for: url) { print(text, terminator: "") }
    /// ```
    ///
    /// - Parameters:
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: one sequence without beams, since beams change their mind.
    /// - Returns: text, then the finished caption. Throws `CaptionFailure` for a bad image and
    ///   `CaptionerError.invalidOption`. To a task that was cancelled it simply ends, without a finished caption.
    public func captionUpdates(
        for image: some CaptionRequestConvertible, options: GenerationOptions = GenerationOptions()
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        captionUpdates(for: image, options: options) { _ in }
    }

    /// The answer to the last of several questions about an image while it is being written, as ``answer(_:about:options:)-(String,CaptionRequestConvertible,_)``
    /// has it.
    /// - Parameters:
    ///   - conversation: at least one turn; all but the last have answers.
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: one sequence without beams.
    /// - Returns: as ``captionUpdates(for:options:)``.
    public func answerUpdates(
        _ conversation: [ConversationTurn], about image: some CaptionRequestConvertible,
        options: GenerationOptions = GenerationOptions()
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        captionUpdates(for: image, options: options, conversation: conversation) { _ in }
    }

    /// - Parameters:
    ///   - conversation: what is answered in the place of a prompt.
    ///   - observe: is shown updates where they are made, whether or not the stream is still read.
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
        return try await withPrepared(request, prompt: prompt) { [options] prepared in
            let (sequences, _) = try await engine.generate([prepared], plan: plan, observing: .tokens) { event in
                guard case .token(let id) = event else { return }
                yield(.text(decoder.withLock { $0.append(id) }, tokenID: id))
            }
            let rest = decoder.withLock { $0.finish() }
            if !rest.isEmpty { yield(.text(rest, tokenID: nil)) }
            return caption(sequences[0][0], for: prepared, options: options)
        }
    }
}
