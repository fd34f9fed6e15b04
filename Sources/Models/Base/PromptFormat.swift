/// What a text about an image begins with: tokens, and the positions of the image among them.
package struct PromptFormat: Sendable {
    /// The token of an empty prompt.
    package let beginTokenID: Int
    /// The tokens that end a text.
    package let endTokenIDs: [Int]
    /// Q, how many rows the embeddings of an image have.
    package let imageRows: Int
    package let reading: Reading
    /// How questions are put to a model that was trained to converse; nil for one that continues its prompt.
    package let conversation: ConversationTemplate?
    /// How many positions a prompt has at most; the rest is left out, as the library of the model does.
    package let positionLimit: Int?

    /// How the decoder reads images and prompts.
    package enum Reading: Sendable {
        /// The rows of an image are positions of the text, and those of the prompt follow.
        case positions
        /// The decoder attends over the rows of an image, as that of an encoder-decoder model. It is given its prompt as
        /// tokens: logits processors see them, and they are part of the result.
        case attended
        /// The prompt is a question, which an encoder reads with the image. The decoder attends over what that makes of it, and
        /// begins the answer with the begin token.
        case question
    }

    package init(
        beginTokenID: Int, endTokenIDs: [Int], imageRows: Int, reading: Reading = .positions,
        conversation: ConversationTemplate? = nil, positionLimit: Int? = nil
    ) {
        self.beginTokenID = beginTokenID
        self.endTokenIDs = endTokenIDs
        self.imageRows = imageRows
        self.reading = reading
        self.conversation = conversation
        self.positionLimit = positionLimit
    }

    /// How many positions an image takes.
    package var imagePositions: Int { reading == .positions ? imageRows : 0 }

    /// The placeholder of the image's positions in a prompt. It is no token of any vocabulary.
    package static let imageTokenID = -200

    /// What the decoder reads before the first new token: what texts about an image may share, and what follows it.
    ///
    /// - Parameters:
    ///   - prompt: token ids, begin token included. Where `imageTokenID` is not among them, the image precedes them.
    ///   - image: which of the images whose embeddings `[B, Q, D]` the session is given.
    package func parts(
        prompt: [Int], image: Int
    ) -> (shared: [TextGroup.Segment], suffix: [Int]) {
        let rows = (image * imageRows)..<((image + 1) * imageRows)
        let segment: TextGroup.Segment = reading == .positions ? .embeddings(rows: rows) : .attended(rows: rows)
        guard let place = prompt.firstIndex(of: Self.imageTokenID) else { return ([segment, .tokens(prompt)], []) }
        let suffix = prompt[(place + 1)...].prefix(suffixLimit(imagePlace: place))
        return ([.tokens(Array(prompt[..<place])), segment], Array(suffix))
    }

    /// Whether the end of a prompt is left out because there are more positions than `positionLimit`.
    package func isCut(_ prompt: [Int]) -> Bool {
        guard let place = prompt.firstIndex(of: Self.imageTokenID) else { return false }
        return prompt.count - place - 1 > suffixLimit(imagePlace: place)
    }

    /// The most tokens after the image.
    private func suffixLimit(imagePlace place: Int) -> Int {
        positionLimit.map { max($0 - place - imagePositions, 1) } ?? .max
    }

    /// The same without a boundary.
    package func segments(prompt: [Int], image: Int) -> [TextGroup.Segment] {
        let (shared, suffix) = parts(prompt: prompt, image: image)
        return suffix.isEmpty ? shared : shared + [.tokens(suffix)]
    }
}
