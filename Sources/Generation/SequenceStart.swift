/// What a search needs to know about the start of a sequence.
package struct SequenceStart: Sendable {
    /// The tokens before the new ones that logits processors see.
    package var visiblePrompt: [Int]
    /// What makes this sequence's random numbers its own.
    package var seed: UInt64

    package init(visiblePrompt: [Int] = [], seed: UInt64 = 0) {
        self.visiblePrompt = visiblePrompt
        self.seed = seed
    }
}
