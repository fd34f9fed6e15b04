extension Tokenizer {
    /// The text of ids.
    ///
    /// Bytes that are no UTF-8, such as half of a character at the end, become U+FFFD: one for each maximal part of a
    /// well-formed sequence, as Unicode recommends and Python's `errors="replace"` does.
    /// - Parameters:
    ///   - ids: any numbers. Those that are no ids of tokens stand for no text.
    ///   - skippingSpecialTokens: whether tokens that are not text, see `specialTokenIDs`, are left out.
    package func decode(_ ids: [Int], skippingSpecialTokens: Bool = true) -> String {
        var bytes: [UInt8] = []
        for id in ids { appendBytes(of: id, skippingSpecialTokens: skippingSpecialTokens, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the bytes that an id stands for, if any.
    func appendBytes(of id: Int, skippingSpecialTokens: Bool, to bytes: inout [UInt8]) {
        guard !(skippingSpecialTokens && specialTokenIDs.contains(id)), let token = vocabulary.token(for: id) else {
            return
        }
        ByteAlphabet.appendBytes(of: token, to: &bytes)
    }
}
