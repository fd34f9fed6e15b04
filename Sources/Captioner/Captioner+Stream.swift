import CaptionerGeneration
import CaptionerModels
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
        let copies = try plan(options).copies
        guard copies == 1 else {
            throw CaptionerError.invalidOption(
                "a stream writes one caption: numBeams is \(options.numBeams), "
                    + "numReturnSequences \(options.numReturnSequences)")
        }
        let (start, echoed) = streamingDecoder(request, conversation, options: options)
        let decoder = Locked(start)
        if !echoed.isEmpty { yield(.text(echoed, tokenID: nil)) }
        let captions = try await captions(request, conversation, options: options) { id in
            yield(.text(decoder.withLock { $0.append(id) }, tokenID: id))
        }
        let rest = decoder.withLock { $0.finish() }
        if !rest.isEmpty { yield(.text(rest, tokenID: nil)) }
        return captions[0]
    }

    /// The captions of an image whose text goes through the decoder beside those of other tasks.
    /// - Parameters:
    ///   - conversation: takes the place of a prompt.
    ///   - observe: without beams or copies, receives each token when it is chosen.
    private func captions(
        _ request: CaptionRequest, _ conversation: [ConversationTurn]?, options: GenerationOptions,
        observe: @escaping @Sendable (_ token: Int) -> Void
    ) async throws -> [Caption] {
        var (options, request) = (options, request)
        if conversation != nil {
            options = answerOptions(options)
            request.prompt = nil
        }
        let plan = try plan(options)
        let prompt: [Int]
        do {
            prompt = try conversation.map(promptTokens) ?? plan.prompt
        } catch let error as GenerationError {
            throw CaptionFailure(stage: .prompt, message: "\(error)", path: request.image.path)
        }
        return try await withPrepared(request, prompt: prompt) { prepared in
            try await sharedBatches.captions(of: prepared, plan: plan, by: self, observe: observe)
        }
    }

    /// The captions of an image, or answers to the last question of a conversation about it, the best first.
    /// - Parameters:
    ///   - request: the image, or several that the conversation is about.
    ///   - conversation: takes the place of a prompt.
    ///   - write: without beams or copies, receives the finished text piece by piece, as far as it does not change any
    ///     more; all but what is left of the first caption at the end.
    package func captions(
        _ request: CaptionRequest, conversation: [ConversationTurn]?, options: GenerationOptions,
        write: (@Sendable (_ piece: String) -> Void)? = nil
    ) async throws -> [Caption] {
        guard let write else { return try await captions(request, conversation, options: options) { _ in } }
        let (start, echoed) = streamingDecoder(request, conversation, options: options)
        var text = StreamedText(cleansUpSpaces: cleansUpSpaces(options), trims: options.trimsText)
        let first = text.append(echoed)
        if !first.isEmpty { write(first) }
        let state = Locked((decoder: start, text: text))
        let captions = try await captions(request, conversation, options: options) { id in
            let piece = state.withLock { $0.text.append($0.decoder.append(id)) }
            if !piece.isEmpty { write(piece) }
        }
        let rest = state.withLock { $0.text.rest(of: captions[0].text) }
        if !rest.isEmpty { write(rest) }
        return captions
    }

    /// What decodes new tokens, and the text of the prompt that is part of the caption.
    private func streamingDecoder(
        _ request: CaptionRequest, _ conversation: [ConversationTurn]?, options: GenerationOptions
    ) -> (decoder: StreamingDecoder, echoed: String) {
        var decoder = StreamingDecoder(tokenizer)
        guard conversation == nil, echoesPrompt(options), let prompt = request.prompt ?? options.prompt else {
            return (decoder, "")
        }
        // A prompt that the model cannot take is reported where the image is prepared.
        let tokens = (try? promptTokens(prompt)) ?? []
        let echoed = tokens.map { decoder.append($0) }.joined()
        return (decoder, echoed)
    }

    /// Whether the model was trained to converse, so that texts are questions and not beginnings of captions.
    package var converses: Bool { engine.prompt.conversation != nil }

    /// What is put around a question for a model whose prompts are questions or tasks; nil for one that continues its prompt or
    /// converses.
    package var questionText: (before: String, after: String)? {
        if let task = engine.prompt.task { return (task.question, "") }
        return engine.prompt.reading == .question ? ("", "") : nil
    }

    /// Positions of the image and tokens of the prompt that a caption follows.
    /// - Throws: `CaptionerError` with the code `invalidOption` if the model cannot take it.
    package func promptLength(_ prompt: String?, conversation: [ConversationTurn]?, images: Int) throws -> Int {
        let tokens: [Int]
        do {
            tokens = try conversation.map(promptTokens) ?? promptTokens(prompt)
        } catch let error as GenerationError {
            throw CaptionerError.invalidOption("\(error)")
        }
        // An image in tiles takes more, which depends on its shape.
        return images * engine.prompt.imagePositions + tokens.filter { $0 != PromptFormat.imageTokenID }.count
    }

    /// Says after how many steps of the decoder requests join those that share the model; nil for never.
    package func join(every steps: Int?) async { await sharedBatches.join(every: steps) }

    /// How many requests wait for the model, and how many run.
    package var sharedLoad: (waiting: Int, running: Int) { get async { await sharedBatches.load } }

    /// What all calls that share batches took of the model so far.
    package var sharedTimings: StageTimings { get async { await sharedBatches.timings } }
}
