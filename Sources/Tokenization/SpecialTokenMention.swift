import CaptionerJSON

/// A special token where it is named: as text, or as an object with flags.
enum SpecialTokenMention {
    case text(ExactString)
    case token(AddedTokenEntry)

    /// - Parameter marksSpecial: whether flags say that it is special if they do not mention it.
    init(_ field: JSONField, marksSpecial: Bool) throws(TokenizerRejection) {
        if let text = field.value.text {
            self = .text(ExactString(text))
        } else {
            var entry = try AddedTokenEntry(field)
            if marksSpecial { entry.isSpecial = true }
            self = .token(entry)
        }
    }

    var content: ExactString {
        switch self {
        case .text(let content): content
        case .token(let entry): entry.content
        }
    }

    /// Text and an object are two mentions, also if they come to the same.
    func isSame(as other: SpecialTokenMention) -> Bool {
        switch (self, other) {
        case (.text(let left), .text(let right)): left == right
        case (.token(let left), .token(let right)): left.token == right.token
        default: false
        }
    }
}
