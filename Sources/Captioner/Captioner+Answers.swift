import CaptionerGeneration
import CaptionerModels
import CaptionerTokenization

extension Captioner {
    /// The answer to a question about an image.
    ///
    /// A model that was trained to converse, MGM-2B, gets the question in its conversation template. BLIP-2 continues
    /// "Question: ... Answer:", the prompt that it was evaluated with.
    ///
    /// ```swift
    /// let answer = try await captioner.answer("What is written on the sign?", about: url)
    /// ```
    ///
    /// - Parameters:
    ///   - question: the text, without the placeholder `<image>`.
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: how the answer is generated; `prompt` is ignored.
    /// - Throws: `CaptionFailure` for a bad image, or a question that the model cannot take; `CaptionerError` with the
    ///   code `invalidOption`; `CancellationError` when the task was cancelled.
    public func answer(
        _ question: String, about image: some CaptionRequestConvertible,
        options: GenerationOptions = GenerationOptions()
    ) async throws -> Caption {
        try await answer([ConversationTurn(question)], about: image, options: options)
    }

    /// The answer to a question about an ``ImageSource``, so that its cases can be written as literals:
    /// `about: .file(url)`.
    public func answer(
        _ question: String, about image: ImageSource, options: GenerationOptions = GenerationOptions()
    ) async throws -> Caption {
        try await answer(question, about: image.captionRequest, options: options)
    }

    /// The answer to the last question of a conversation about an image.
    /// - Parameters:
    ///   - conversation: at least one turn; all but the last have answers.
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: how the answer is generated; `prompt` is ignored.
    /// - Throws: as ``answer(_:about:options:)-(String,CaptionRequestConvertible,_)``; also `CaptionerError` with the code
    ///   `invalidOption` for more than one turn with a model that was not trained to converse, for a last turn with an
    ///   answer, or an earlier one without.
    public func answer(
        _ conversation: [ConversationTurn], about image: some CaptionRequestConvertible,
        options: GenerationOptions = GenerationOptions()
    ) async throws -> Caption {
        try await answers([conversation], about: image.captionRequest, options: options)[0].get()
    }

    /// The answers to several independent questions about one image. The image is encoded once, and is once in the KV
    /// cache.
    /// - Returns: the answer to each question, in order.
    /// - Throws: as ``answer(_:about:options:)-(String,CaptionRequestConvertible,_)``. One question that the model
    ///   cannot take makes the call throw.
    public func answers(
        _ questions: [String], about image: some CaptionRequestConvertible,
        options: GenerationOptions = GenerationOptions()
    ) async throws -> [Caption] {
        try await answers(questions.map { [ConversationTurn($0)] }, about: image.captionRequest, options: options)
            .map { try $0.get() }
    }

    /// The same for an image that may have been decoded already.
    /// - Returns: the answer to each question, or the reason why there is none.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError` with the code `invalidOption`, `CancellationError` when the task was
    ///   cancelled.
    package func answers(
        _ conversations: [[ConversationTurn]], about request: CaptionRequest, options: GenerationOptions
    ) async throws -> [Result<Caption, CaptionFailure>] {
        let options = answerOptions(options)
        let plan = try plan(options)
        var request = request
        request.prompt = nil
        let prompts = try conversations.map { turns -> Result<[Int], CaptionFailure> in
            do {
                return .success(try promptTokens(turns))
            } catch let error as GenerationError {
                return .failure(CaptionFailure(stage: .prompt, message: "\(error)", path: request.image.path))
            }
        }
        return try await withPrepared(request, prompt: plan.prompt) { prepared in
            let prompts = prompts.map { tokens in
                Result { () throws(CaptionFailure) in
                    try tiledPrompt(tokens.get(), prepared.grids, of: request)
                }
            }
            let usable = prompts.compactMap { try? $0.get() }
            var captions: ArraySlice<Caption> = []
            let together = max(Self.questionLimit / plan.copies, 1)
            for start in stride(from: 0, to: usable.count, by: together) {
                let group = Array(usable[start..<min(start + together, usable.count)])
                let (sequences, _) = try await engine.answers(prepared, prompts: group, plan: plan)
                captions += zip(sequences, group).map {
                    caption($0[0], for: prepared, prompt: $1, options: options)
                }
            }
            return prompts.map { prompt in prompt.map { _ in captions.removeFirst() } }
        }
    }

    /// The options of an answer to a question, which takes the place of a prompt. Who asks wants the answer alone, also of a model
    /// whose captions have their prompt.
    func answerOptions(_ options: GenerationOptions) -> GenerationOptions {
        var options = options
        options.prompt = nil
        if engine.prompt.reading == .attended { options.echoesPrompt = options.echoesPrompt ?? false }
        return options
    }

    /// Questions that go through the decoder together.
    private static let questionLimit = 16

    /// The token ids of a conversation, with the image's place among them.
    /// - Throws: `GenerationError` if it does not fit the model, `CaptionerError` with the code `invalidOption` if it is none.
    func promptTokens(_ turns: [ConversationTurn]) throws -> [Int] {
        guard let last = turns.last, last.answer == nil, turns.dropLast().allSatisfy({ $0.answer != nil }) else {
            throw CaptionerError.invalidOption(
                "a conversation is \(turns.count) turns, of which all but the last have an answer")
        }
        guard let conversation = engine.prompt.conversation else {
            guard turns.count == 1 else {
                throw CaptionerError.invalidOption("this model answers single questions, and not in a conversation")
            }
            if let task = engine.prompt.task { return try promptTokens(task.question + last.question) }
            let isQuestion = engine.prompt.reading == .question
            return try promptTokens(isQuestion ? last.question : "Question: \(last.question) Answer:")
        }
        let placeholder = Array(ConversationTemplate.imagePlaceholder.utf8)
        for text in turns.flatMap({ [$0.question, $0.answer ?? ""] })
        where Array(text.utf8).firstRange(of: placeholder) != nil {
            throw GenerationError.promptNamesImage(placeholder: ConversationTemplate.imagePlaceholder)
        }
        let text = conversation.text(
            of: turns.map { ConversationTemplate.Turn(question: $0.question, answer: $0.answer) })
        let tokens =
            tokenizer.encode(text.beforeImage) + [PromptFormat.imageTokenID]
            + tokenizer.encode(text.afterImage, addingSpecialTokens: false)
        try engine.check(prompt: tokens)
        return tokens
    }
}
