/// The search for continuations of one text, which is fed logits step by step. It has one or more rows in a session.
///
/// Searches know nothing of each other, so texts with different options can go through a decoder together.
package protocol TextSearch: Sendable {
    /// Whether it wants no more logits.
    var hasEnded: Bool { get }

    /// Takes one step.
    /// - Parameters:
    ///   - rows: the logits `[V]` that follow each of its rows: at first one, later as many as it said last.
    ///   - observe: is shown each new token, and the processed logits that chose it, if the search has no beams.
    /// - Returns: the rows to continue with; none when the search has ended.
    /// - Throws: `GenerationError.invalidLogits`, `.noTokenLeft`.
    mutating func advance(
        by rows: [UnsafeBufferPointer<Float>], observe: (_ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
    ) throws -> [ContinuedRow]

    /// What was found so far, the best first.
    var results: [GeneratedSequence] { get }
}

/// A row of a search, and the token that it is continued by.
package struct ContinuedRow: Sendable {
    /// Which of the search's rows.
    package let row: Int
    package let token: Int
}

/// Finds continuations of texts. A text's search does not depend on the others.
package protocol SearchMethod: Sendable {
    /// The search for one text.
    /// - Parameter room: the most tokens that the session has positions for.
    func text(_ start: SequenceStart, room: Int) -> any TextSearch
}

extension SearchMethod {
    /// Continues all sequences of `session` to their end.
    ///
    /// - Parameters:
    ///   - starts: one for each sequence of the session.
    ///   - observe: is shown every new token, the text's number, and the processed logits `[V]` that chose it, if the
    ///     search has no beams.
    /// - Returns: for each text its sequences, the best first.
    /// - Throws: `GenerationError.invalidLogits`, `.noTokenLeft`, or what the session throws.
    package func callAsFunction(
        _ session: some DecodingSession, starts: [SequenceStart],
        observe: (_ text: Int, _ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void = { _, _, _ in }
    ) throws -> [[GeneratedSequence]] {
        let searches = zip(starts, session.remainingTokens).map(text)
        var results = searches.map(\.results)
        let open = searches.indices.filter { !searches[$0].hasEnded }
        guard !open.isEmpty else { return results }
        func take(_ ended: [SearchedTexts.Entry]) throws {
            for entry in ended {
                if let failure = entry.failure { throw failure }
                results[entry.id] = entry.search.results
            }
        }
        var texts = SearchedTexts()
        let logits = try session.prefill()  // [T, V]
        // Texts without room for a token have a row, too.
        if open.count < searches.count { session.select(rows: open) }
        let entries = open.map { SearchedTexts.Entry(id: $0, search: searches[$0]) }
        try take(texts.join(entries, logits: logits, rows: open, select: session.select, observe: observe))
        while texts.rowCount > 0 {
            let logits = try session.step(texts.tokens)  // [R, V]
            try take(texts.advance(by: logits, select: session.select, observe: observe))
        }
        return results
    }
}
