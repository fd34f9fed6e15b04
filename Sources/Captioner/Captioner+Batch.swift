import CaptionerFiles
import CaptionerGeneration
import CaptionerModels
import CaptionerTokenization

extension Captioner {
    /// Runs the model on the images of a batch that could be prepared.
    /// - Returns: a result for each image, good or bad.
    /// - Throws: `CancellationError` when the task was cancelled.
    func caption(
        _ prepared: [Result<PreparedImage, CaptionFailure>], plan: GenerationPlan, timings: TimingsRecorder?
    ) async throws -> [Result<[Caption], CaptionFailure>] {
        let usable = prepared.compactMap { try? $0.get() }
        let imagesAtOnce = imagesAtOnce(plan)
        var captions: ArraySlice<Result<[Caption], CaptionFailure>> = []
        for start in stride(from: 0, to: usable.count, by: imagesAtOnce) {
            let group = Array(usable[start..<min(start + imagesAtOnce, usable.count)])
            captions += try await generate(group, plan: plan, timings: timings)
        }
        // One result for each image that could be prepared, in the same order.
        return prepared.map { image in image.flatMap { _ in captions.removeFirst() } }
    }

    /// How many images go through the model together: beams and copies are rows, too, and each takes memory as it grows.
    func imagesAtOnce(_ plan: GenerationPlan) -> Int {
        max(rowLimit / plan.copies, 1)
    }

    /// Rows that go through the decoder together where images have several.
    var rowLimit: Int { max(options.batchSize, 64) }

    /// Checks options against the model, without an image.
    /// - Throws: `CaptionerError` with the code `invalidOption`, also for a prompt that the model cannot take.
    public func check(_ options: GenerationOptions) throws {
        _ = try plan(options)
    }

    /// The options as the model takes them.
    /// - Throws: `CaptionerError` with the code `invalidOption`.
    func plan(_ options: GenerationOptions) throws -> GenerationPlan {
        try options.validate()
        let prompt: [Int]
        do {
            prompt = try promptTokens(options.prompt)
        } catch {
            throw CaptionerError.invalidOption("\(error)")
        }
        // A word at the start of a text and after a space are different tokens.
        let badWordIDs = options.badWords.flatMap { word in
            [word, " " + word].map { tokenizer.encode($0, addingSpecialTokens: false) }
        }
        return GenerationPlan(options: options, prompt: prompt, badWordIDs: badWordIDs)
    }

    /// The token ids that a text begins with. Without a prompt that is the begin token of `config.json` alone, as in
    /// transformers; with one it is what the tokenizer makes of it, begin token included. For a model that was trained to
    /// converse the prompt is a question.
    /// - Throws: `GenerationError` if the prompt does not fit the model.
    package func promptTokens(_ prompt: String?) throws -> [Int] {
        if let conversation = engine.prompt.conversation {
            return try promptTokens([ConversationTurn(prompt ?? conversation.captionQuestion)])
        }
        let begin = [engine.prompt.beginTokenID]
        if let task = engine.prompt.task {
            let text = (prompt ?? task.caption) + task.ending
            let placeholder = ConversationTemplate.imagePlaceholder
            let parts = text.utf8.split(separator: placeholder.utf8, omittingEmptySubsequences: false).map {
                tokenizer.encode(String(decoding: Array($0), as: UTF8.self), addingSpecialTokens: false)
            }
            guard parts.count <= 2 else { throw GenerationError.promptNamesImage(placeholder: placeholder) }
            // A task that names the image has it there, and the begin token after it.
            let before = parts.count == 2 ? parts[0] + [PromptFormat.imageTokenID] : []
            let tokens = before + begin + parts[parts.count - 1]
            try engine.check(prompt: tokens)
            return tokens
        }
        let tokens =
            switch engine.prompt.reading {
            case .positions: prompt.map { tokenizer.encode($0) } ?? begin
            // What the tokenizer puts around a text is for an encoder.
            case .attended: begin + (prompt.map { tokenizer.encode($0, addingSpecialTokens: false) } ?? [])
            case .question: tokenizer.encode(prompt ?? engine.captionQuestion ?? "")
            }
        // A question has at least a token, also with a tokenizer that puts none around it.
        let begun = tokens.isEmpty ? begin : tokens
        try engine.check(prompt: begun)
        return begun
    }

    /// Prepares one image and runs the model on it. Every error but cancellation becomes a failure of this image.
    func withPrepared<Result: Sendable>(
        _ request: CaptionRequest, prompt: [Int], _ run: (PreparedImage) async throws -> Result
    ) async throws -> Result {
        try await admission { try await withPreparedNow(request, prompt: prompt, run) }
    }

    private func withPreparedNow<Result: Sendable>(
        _ request: CaptionRequest, prompt: [Int], _ run: (PreparedImage) async throws -> Result
    ) async throws -> Result {
        guard let prepared = try await prepare([request], prompt: prompt).first?.get() else {
            throw CaptionFailure(stage: .read, message: "no image", path: request.image.path)
        }
        do {
            return try await run(prepared)
        } catch let error as CancellationError {
            throw error
        } catch let error as CaptionFailure {
            throw error
        } catch {
            throw CaptionFailure(stage: .caption, message: "\(error)", path: request.image.path)
        }
    }

    /// Runs the model. When a batch fails, its images are tried one by one, so that only the image at fault has no
    /// caption.
    func generate(
        _ images: [PreparedImage], plan: GenerationPlan, timings: TimingsRecorder?
    ) async throws -> [Result<[Caption], CaptionFailure>] {
        guard !images.isEmpty else { return [] }
        do {
            let (sequences, stages) = try await engine.generate(images, plan: plan)
            timings?.add(stages)
            return zip(sequences, images).map { sequences, image in
                .success(sequences.map { caption($0, for: image, options: plan.options) })
            }
        } catch let error as CancellationError {
            throw error
        } catch  where images.count > 1 {
            var results: [Result<[Caption], CaptionFailure>] = []
            for image in images { results += try await generate([image], plan: plan, timings: timings) }
            return results
        } catch {
            return [.failure(CaptionFailure(stage: .caption, message: "\(error)", path: images[0].path))]
        }
    }

    /// - Parameter prompt: the token ids that the caption continues, where they are not the image's.
    func caption(
        _ sequence: GeneratedSequence, for image: PreparedImage, prompt: [Int]? = nil, options: GenerationOptions
    ) -> Caption {
        let prompt = prompt ?? image.prompt
        let text = text(of: sequence.tokenIDs, after: prompt, options: options)
        let notes = [image.note, engine.prompt.isCut(prompt) ? Self.cutPromptNote : nil].compactMap { $0 }
        return Caption(
            text: options.trimsText ? text.strippingWhitespace() : text,
            tokenIDs: sequence.tokenIDs, logProbability: sequence.logProbability, score: sequence.score,
            isComplete: sequence.finishReason == .endToken,
            note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    private static let cutPromptNote = "the prompt is longer than the model takes, and its end was left out"

    /// Whether `tokenizer_config.json` wants spaces before punctuation taken away, if it says.
    package var cleansUpSpacesByDefault: Bool? { tokenizer.removesTokenizationSpaces }

    /// The text of new tokens, with the prompt before it and spaces cleaned up where the options say so.
    private func text(of tokenIDs: [Int], after prompt: [Int], options: GenerationOptions) -> String {
        let text = tokenizer.decode(echoesPrompt(options) ? prompt + tokenIDs : tokenIDs)
        return cleansUpSpaces(options) ? text.removingTokenizationSpaces() : text
    }

    /// Whether the prompt is part of the text. A question never is.
    func echoesPrompt(_ options: GenerationOptions) -> Bool {
        let isQuestion =
            engine.prompt.conversation != nil || engine.prompt.task != nil || engine.prompt.reading == .question
        let byDefault = engine.prompt.reading == .attended || options.transformersVersion == .v5
        return !isQuestion && options.echoesPrompt ?? byDefault
    }

    /// Whether spaces before punctuation are taken away.
    func cleansUpSpaces(_ options: GenerationOptions) -> Bool {
        // Version 5 goes by the files where the tokenizer splits words into pieces, and never where it does not.
        let byDefault =
            switch options.transformersVersion {
            case .v4: cleansUpSpacesByDefault ?? true
            case .v5: tokenizer.splitsIntoPieces && cleansUpSpacesByDefault ?? false
            }
        return options.cleansUpSpaces ?? byDefault
    }
}
