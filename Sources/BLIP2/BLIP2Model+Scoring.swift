import Generation
public import TensorCore

extension BLIP2Model {
    /// How probable some texts are after one image.
    ///
    /// - Parameters:
    ///   - prefix: the projected queries, `[1, Q, D]`.
    ///   - prompt: the token ids of the prompt, the begin token first.
    ///   - texts: the token ids of each text, at least one, as they stand behind the prompt.
    /// - Returns: the log-probability of each token of each text, in nats, given all before it.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    public func logProbabilities(
        prefix: consuming Tensor, prompt: [Int], texts: [[Int]], in context: ComputeContext
    ) throws -> [[Float]] {
        let queryCount = configuration.queryTokenCount
        // A text's last token is read by nobody; the rest has to fit like a prompt.
        for text in texts { try configuration.text.check(prompt + text, after: queryCount - 1) }
        let session = try OPTSession(
            decoder, prefixes: prefix, prompts: [prompt], copies: texts.count,
            maxNewTokens: texts.map(\.count).max() ?? 1, in: context)
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

    /// The logits that stand before each token of a text.
    ///
    /// - Parameters:
    ///   - prefix: the projected queries, `[1, Q, D]`.
    ///   - prompt: the token ids of the prompt, the begin token first.
    ///   - text: the token ids of the text, N of them, at least one.
    /// - Returns: `[N, V]`.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    public func logits(
        prefix: consuming Tensor, prompt: [Int], text: [Int], in context: ComputeContext
    ) throws -> Tensor {
        let session = try OPTSession(
            decoder, prefixes: prefix, prompts: [prompt], copies: 1, maxNewTokens: text.count, in: context)
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
