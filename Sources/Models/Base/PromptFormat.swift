/// What a text about an image begins with: the image's positions, then the prompt, whose first token is the begin token.
package struct PromptFormat: Sendable {
    /// The token of an empty prompt.
    package let beginTokenID: Int
    /// The tokens that end a text.
    package let endTokenIDs: [Int]
    /// Q, how many positions an image takes.
    package let imagePositions: Int

    package init(beginTokenID: Int, endTokenIDs: [Int], imagePositions: Int) {
        self.beginTokenID = beginTokenID
        self.endTokenIDs = endTokenIDs
        self.imagePositions = imagePositions
    }

    /// What the decoder reads before the first new token.
    /// - Parameters:
    ///   - prompt: token ids, begin token included.
    ///   - image: which of the images whose embeddings `[B, Q, D]` the session is given.
    package func segments(prompt: [Int], image: Int) -> [DecoderSession.Segment] {
        [.embeddings(rows: (image * imagePositions)..<((image + 1) * imagePositions)), .tokens(prompt)]
    }
}
