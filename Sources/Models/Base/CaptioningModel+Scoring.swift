package import CaptionerGeneration
package import CaptionerTensorCore

extension CaptioningModel {
    /// Texts to continue, one for each image.
    ///
    /// - Parameters:
    ///   - images: their embeddings, `[B, Q, D]`; of an image in tiles those of each.
    ///   - prompts: the token ids of each image's prompt, the begin token first; they may differ in length.
    ///   - maxNewTokens: for each image how many tokens there is room for.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`; `CancellationError` when the task was cancelled.
    package func texts(
        images: consuming Tensor, prompts: [[Int]], maxNewTokens: [Int], in context: ComputeContext
    ) throws -> TextGroup {
        let counts = prompts.map(prompt.imageCount)
        precondition(
            images.shape == [counts.reduce(0, +), prompt.imageRows, decoder.imageWidth],
            "texts: images \(images.shape) for \(prompts.count) prompts")
        if let model = self as? any QuestionModel {
            let questions = prompts.enumerated().map { (image: $0, tokens: $1) }
            return try model.texts(questions, images: images, maxNewTokens: maxNewTokens, in: context)
        }
        var next = 0
        let parts = zip(prompts, counts).map { tokens, count in
            defer { next += count * prompt.imageRows }
            return prompt.parts(prompt: tokens, firstRow: next)
        }
        let texts = zip(parts, maxNewTokens).enumerated().map { index, text in
            TextGroup.Text(prefix: index, suffix: text.0.suffix, maxNewTokens: text.1)
        }
        return try TextGroup(embeddings: images, prefixes: parts.map(\.shared), texts: texts, for: decoder)
    }

    /// The same, in a session of their own.
    package func session(
        images: consuming Tensor, prompts: [[Int]], maxNewTokens: Int, in context: ComputeContext
    ) throws -> DecoderSession {
        let group = try texts(
            images: images, prompts: prompts, maxNewTokens: prompts.map { _ in maxNewTokens }, in: context)
        return DecoderSession(decoder, beginning: group, in: context)
    }

    /// Answers to several questions about one image, which is a shared prefix in the KV cache.
    ///
    /// - Parameters:
    ///   - image: its embeddings, `[1, Q, D]`.
    ///   - prompts: the token ids of each question's prompt. They may have the image's place in them, and are all alike up
    ///     to there; otherwise the image precedes them.
    /// - Throws: as ``texts(images:prompts:maxNewTokens:in:)``.
    package func session(
        image: consuming Tensor, prompts: [[Int]], maxNewTokens: Int, in context: ComputeContext
    ) throws -> DecoderSession {
        if let model = self as? any QuestionModel {
            let questions = prompts.map { (image: 0, tokens: $0) }
            let group = try model.texts(
                questions, images: image, maxNewTokens: prompts.map { _ in maxNewTokens }, in: context)
            return DecoderSession(decoder, beginning: group, in: context)
        }
        if prompt.seesWholePrefix {
            // Each question is a prefix with the image.
            let texts = prompts.indices.map { TextGroup.Text(prefix: $0, maxNewTokens: maxNewTokens) }
            let group = try TextGroup(
                embeddings: image, prefixes: prompts.map { prompt.segments(prompt: $0) }, texts: texts, for: decoder)
            return DecoderSession(decoder, beginning: group, in: context)
        }
        // The shared prefix is the image, and what is before it.
        let parts = prompts.map { tokens in
            let hasPlace = tokens.contains(PromptFormat.imageTokenID)
            return prompt.parts(prompt: hasPlace ? tokens : [PromptFormat.imageTokenID] + tokens, firstRow: 0)
        }
        let group = try TextGroup(
            embeddings: image, prefixes: parts.prefix(1).map(\.shared),
            texts: parts.map { TextGroup.Text(prefix: 0, suffix: $0.suffix, maxNewTokens: maxNewTokens) },
            for: decoder)
        return DecoderSession(decoder, beginning: group, in: context)
    }

    /// Checks that a text can begin with these tokens, before any image is encoded for it.
    /// - Parameter prompt: token ids, begin token included.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    package func check(prompt tokens: [Int]) throws(GenerationError) {
        try decoder.check(prompt.segments(prompt: tokens))
    }

    /// How probable some texts are after one image.
    ///
    /// - Parameters:
    ///   - image: its embeddings, `[1, Q, D]`.
    ///   - prompt: the token ids of the prompt, the begin token first.
    ///   - texts: the token ids of each text, at least one, as they follow the prompt.
    /// - Returns: the log-probability of each token of each text, in nats, given all before it.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    package func logProbabilities(
        image: consuming Tensor, prompt: [Int], texts: [[Int]], in context: ComputeContext
    ) throws -> [[Float]] {
        try check(prompt: prompt)
        for text in texts { try check(text: text, after: prompt) }
        let session = try session(
            images: image, prompts: [prompt], maxNewTokens: texts.map(\.count).max() ?? 1, in: context)
        let first = try session.prefill()  // [1, V]
        var result = texts.map { text in text.prefix(1).map { logProbability(of: $0, row: 0, of: first) } }
        session.select(rows: texts.map { _ in 0 })
        let rest = texts.map { Array($0.dropLast()) }
        guard rest.contains(where: { !$0.isEmpty }) else { return result }
        let logits = try session.extend(by: rest)  // [all tokens but the last of each text, V]
        var row = 0
        for (index, text) in texts.enumerated() {
            for token in text.dropFirst() {
                result[index].append(logProbability(of: token, row: row, of: logits))
                row += 1
            }
        }
        return result
    }

    private func check(text: [Int], after tokens: [Int]) throws(GenerationError) {
        do throws(GenerationError) {
            // A text's last token is never read, and takes no position.
            // A question is no part of the answer's positions.
            let isQuestion = prompt.reading == .question
            let segments = isQuestion ? [.tokens([prompt.beginTokenID])] : prompt.segments(prompt: tokens)
            try decoder.check(segments + [.tokens(text.dropLast())])
            try decoder.check([.tokens(text.suffix(1))])
        } catch {
            guard case .promptTooLong(let positions, let limit) = error else { throw error }
            throw .textTooLong(positions: positions, limit: limit)
        }
    }

    /// The logits that each token of a text is predicted by.
    ///
    /// - Parameters:
    ///   - image: its embeddings, `[1, Q, D]`.
    ///   - prompt: the token ids of the prompt, the begin token first.
    ///   - text: the token ids of the text, N of them, at least one.
    /// - Returns: `[N, V]`.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    package func logits(
        image: consuming Tensor, prompt: [Int], text: [Int], in context: ComputeContext
    ) throws -> Tensor {
        let session = try session(images: image, prompts: [prompt], maxNewTokens: text.count, in: context)
        let first = try session.prefill()  // [1, V]
        let columns = first.columns
        let result = Tensor(shape: [text.count, columns], in: context)
        result.pointer.update(from: first.pointer, count: columns)
        guard text.count > 1 else { return result }
        let rest = try session.extend(by: [text.dropLast()])  // [N - 1, V]
        (result.pointer + columns).update(from: rest.pointer, count: rest.count)
        return result
    }

    private func logProbability(of token: Int, row: Int, of logits: borrowing Tensor) -> Float {
        let start = logits.pointer + row * logits.columns
        return start[token] - logSumExp(start, count: logits.columns)
    }
}

extension QuestionModel {
    /// Answers to begin, one for each question.
    fileprivate func texts(
        _ questions: [(image: Int, tokens: [Int])], images: borrowing Tensor, maxNewTokens: [Int],
        in context: ComputeContext
    ) throws -> TextGroup {
        for question in questions { try check(prompt: question.tokens) }
        let rows = try encoded(questions, images: images, in: context)  // [R, D]
        var end = 0
        let prefixes = questions.map { question -> [TextGroup.Segment] in
            defer { end += question.tokens.count }
            return [.attended(rows: end..<(end + question.tokens.count)), .tokens([prompt.beginTokenID])]
        }
        let texts = maxNewTokens.enumerated().map { TextGroup.Text(prefix: $0, maxNewTokens: $1) }
        return try TextGroup(embeddings: rows, prefixes: prefixes, texts: texts, for: decoder)
    }
}
