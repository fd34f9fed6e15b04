extension Tokenizer {
    /// The text of ids.
    ///
    /// Bytes that are no UTF-8, such as half of a character at the end, become U+FFFD: one for each maximal part of a
    /// well-formed sequence, as Unicode recommends and Python's `errors="replace"` does. Where characters that are no tokens
    /// are spelled by tokens of their bytes, each byte of a run of such tokens becomes U+FFFD if not all of it is UTF-8.
    /// - Parameters:
    ///   - ids: any numbers. Those that are no ids of tokens have no text.
    ///   - skippingSpecialTokens: whether tokens that are not text, see `specialTokenIDs`, are left out.
    package func decode(_ ids: [Int], skippingSpecialTokens: Bool = true) -> String {
        var bytes: [UInt8] = []
        var state = DecodingState()
        for id in ids { appendBytes(of: id, skippingSpecialTokens: skippingSpecialTokens, after: &state, to: &bytes) }
        ByteFallback.appendText(ofRun: &state.run, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the bytes of an id, if any.
    /// - Parameter state: of the ids before.
    func appendBytes(
        of id: Int, skippingSpecialTokens: Bool, after state: inout DecodingState, to bytes: inout [UInt8]
    ) {
        guard !(skippingSpecialTokens && specialTokenIDs.contains(id)), let token = vocabulary.token(for: id) else {
            return
        }
        defer { state.isEmpty = false }
        if let wordPieces = options.wordPieces {
            wordPieces.appendText(of: token, isFirst: state.isEmpty, to: &bytes)
        } else if !options.fallsBackToBytes {
            ByteAlphabet.appendBytes(of: token, to: &bytes)
        } else if let byte = ByteFallback.byte(of: token) {
            state.run.append(byte)
        } else {
            ByteFallback.appendText(ofRun: &state.run, to: &bytes)
            ByteFallback.appendText(of: token, to: &bytes)
        }
    }
}

/// What the text of a token depends on.
struct DecodingState {
    /// The bytes of tokens of one byte each, up to the last id. What they come to is certain when the next token is no byte,
    /// or the text ends; ids that are left out end no run.
    var run: [UInt8] = []
    /// Whether there was no token yet.
    var isEmpty = true
}
