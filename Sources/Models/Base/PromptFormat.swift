/// What a text about an image begins with: tokens, and the positions of the image among them.
package struct PromptFormat: Sendable {
    /// The token of an empty prompt.
    package let beginTokenID: Int
    /// The tokens that end a text.
    package let endTokenIDs: [Int]
    /// Q, how many rows the embeddings of an image have, or of a tile.
    package let imageRows: Int
    package let reading: Reading
    /// How questions are put to a model that was trained to converse; nil for one that continues its prompt.
    package let conversation: ConversationTemplate?
    /// The token that the model's library writes for each position of an image, where logits processors see the prompt of a
    /// conversation; nil where they do not.
    package let visibleImageTokenID: Int?
    /// What a prompt that is a task is written as; nil for other models.
    package let task: TaskTemplate?
    /// Whether all positions before the first new token see each other, so that no two questions share an image's.
    package let seesWholePrefix: Bool
    /// What an image that is cut into tiles is written as; nil where it has one place.
    package let tiles: TileTemplate?
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
        conversation: ConversationTemplate? = nil, positionLimit: Int? = nil, visibleImageTokenID: Int? = nil,
        tiles: TileTemplate? = nil, task: TaskTemplate? = nil, seesWholePrefix: Bool = false
    ) {
        self.task = task
        self.seesWholePrefix = seesWholePrefix
        self.visibleImageTokenID = visibleImageTokenID
        self.tiles = tiles
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

    /// How many images or tiles a prompt has.
    package func imageCount(_ prompt: [Int]) -> Int { max(prompt.count { $0 == Self.imageTokenID }, 1) }

    /// What the decoder reads before the first new token: what texts about an image may share, and what follows it.
    ///
    /// - Parameters:
    ///   - prompt: token ids, begin token included. Where `imageTokenID` is not among them, the image precedes them.
    ///   - firstRow: of the embeddings `[..., D]` that the session is given, the first of the image or of its first tile.
    package func parts(
        prompt: [Int], firstRow: Int
    ) -> (shared: [TextGroup.Segment], suffix: [Int]) {
        func segment(_ index: Int) -> TextGroup.Segment {
            let rows = (firstRow + index * imageRows)..<(firstRow + (index + 1) * imageRows)
            return reading == .positions ? .embeddings(rows: rows) : .attended(rows: rows)
        }
        guard let last = prompt.lastIndex(of: Self.imageTokenID) else { return ([segment(0), .tokens(prompt)], []) }
        var shared: [TextGroup.Segment] = []
        for (index, text) in prompt[...last].dropLast().split(
            separator: Self.imageTokenID, omittingEmptySubsequences: false
        ).enumerated() {
            if !text.isEmpty { shared.append(.tokens(Array(text))) }
            shared.append(segment(index))
        }
        let suffix = Array(prompt[(last + 1)...].prefix(suffixLimit(imagePlace: last)))
        return seesWholePrefix ? (shared + [.tokens(suffix)], []) : (shared, suffix)
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
    package func segments(prompt: [Int], firstRow: Int = 0) -> [TextGroup.Segment] {
        let (shared, suffix) = parts(prompt: prompt, firstRow: firstRow)
        return suffix.isEmpty ? shared : shared + [.tokens(suffix)]
    }
}
