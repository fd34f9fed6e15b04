import CaptionerTensorCore
import CaptionerTokenization

extension Captioner {
    /// The caption of an image while it is being written, token by token.
    ///
    /// Work begins at once and goes on until the caption is finished, its stream is dropped, or the task that reads it
    /// is cancelled; it then stops within a layer of the model.
    ///
    /// ```swift
    /// for try await case .text(let text, _) in captioner.stream(.file(url)) { print(text, terminator: "") }
    /// ```
    ///
    /// - Parameter options: one sequence without beams, since beams change their mind.
    /// - Returns: text, then the finished caption. Throws `CaptionFailure` for a bad image and
    ///   `CaptionerError.invalidOption`. To a task that was cancelled it simply ends, without a finished caption.
    public func stream(
        _ image: ImageSource, options: GenerationOptions = GenerationOptions()
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        stream(image, options: options) { _ in }
    }

    /// - Parameter observe: is shown updates where they are made, whether or not anybody still reads the stream.
    package func stream(
        _ image: ImageSource, options: GenerationOptions, observe: @escaping @Sendable (CaptionUpdate) -> Void
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let caption = try await write(image, options: options) { update in
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
        _ image: ImageSource, options: GenerationOptions, to yield: @escaping @Sendable (CaptionUpdate) -> Void
    ) async throws -> Caption {
        let plan = try plan(options)
        guard plan.copies == 1 else {
            throw CaptionerError.invalidOption(
                "a stream writes one caption: numBeams is \(options.numBeams), "
                    + "numReturnSequences \(options.numReturnSequences)")
        }
        let decoder = Locked(StreamingDecoder(tokenizer))
        return try await withPrepared(image.captionRequest, prompt: plan.prompt) { prepared in
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
