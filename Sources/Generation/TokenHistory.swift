/// The tokens of a sequence as logits processors see them.
package struct TokenHistory: Sendable, Equatable {
    /// The visible tokens before the new ones. Empty when processors look at new tokens only.
    package let prompt: [Int]
    /// The new tokens so far.
    package internal(set) var generated: [Int]

    package init(prompt: [Int] = [], generated: [Int] = []) {
        self.prompt = prompt
        self.generated = generated
    }

    /// How many tokens are seen.
    package var count: Int { prompt.count + generated.count }

    /// The token at a position, the prompt's first.
    package subscript(position: Int) -> Int {
        position < prompt.count ? prompt[position] : generated[position - prompt.count]
    }

    /// Whether the tokens end with these.
    func ends(with tokens: ArraySlice<Int>) -> Bool {
        guard tokens.count <= count else { return false }
        return zip(tokens, (count - tokens.count)...).allSatisfy { $0 == self[$1] }
    }
}
