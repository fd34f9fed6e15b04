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

    /// What two mentions of the same have in common. Text and an object are two, also if they come to the same token.
    var identity: Identity {
        switch self {
        case .text(let content): .text(content)
        case .token(let entry): .token(entry.token)
        }
    }

    enum Identity: Hashable {
        case text(ExactString)
        case token(AddedToken)
    }
}
