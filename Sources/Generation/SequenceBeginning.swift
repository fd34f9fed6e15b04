/// What a search has to know of a sequence's beginning.
public struct SequenceBeginning: Sendable {
    /// The tokens before the new ones that logits processors see.
    public var visiblePrompt: [Int]
    /// What makes this sequence's random numbers its own.
    public var seed: UInt64

    public init(visiblePrompt: [Int] = [], seed: UInt64 = 0) {
        self.visiblePrompt = visiblePrompt
        self.seed = seed
    }
}
