/// Decodes ids one by one, as they come out of a model, into text that consists of whole characters only.
///
/// All pieces joined, with that of `finish` at the end, are what `Tokenizer.decode` makes of all ids. A token may hold
/// part of a character's UTF-8: the part waits until the character is complete, or until it is certain that it never
/// will be and U+FFFD replaces it. Tokens of one byte each, with byte fallback, wait for the one that ends
/// their run, since any byte may still make U+FFFD of all of them.
package struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skippingSpecialTokens: Bool
    /// What may still become a character, at most three bytes.
    private var pending: [UInt8] = []
    private var state = DecodingState()

    /// - Parameter skippingSpecialTokens: as in `Tokenizer.decode`.
    package init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) {
        self.tokenizer = tokenizer
        self.skippingSpecialTokens = skippingSpecialTokens
    }

    /// The text that an id completes: empty when all of it must wait, or when it has no text.
    package mutating func append(_ id: Int) -> String {
        tokenizer.appendBytes(of: id, skippingSpecialTokens: skippingSpecialTokens, after: &state, to: &pending)
        let end = UTF8Text.endOfWholeCharacters(in: pending)
        defer { pending.removeFirst(end) }
        return String(decoding: pending[..<end], as: UTF8.self)
    }

    /// What was waiting. After this, a new text may begin.
    package mutating func finish() -> String {
        ByteFallback.appendText(ofRun: &state.run, to: &pending)
        defer {
            pending.removeAll()
            state = DecodingState()
        }
        return String(decoding: pending, as: UTF8.self)
    }
}
