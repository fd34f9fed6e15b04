import CaptionerJSON

/// A stage of MGM's training, on which it depends what becomes of some rows.
package enum TrainingStage: String, Sendable, CaseIterable {
    /// The projector alone is trained, and images are cropped.
    case pretrain
    /// The language model is trained, too, and images are padded. Rows are grouped by length, for which each is looked
    /// at before the first step.
    case finetune
}

/// What training makes of a row, or of a file, that is not as it should be.
package struct TrainingFinding: Error, Sendable, Equatable {
    package enum Severity: String, Sendable, CaseIterable {
        /// The run ends.
        case crash
        /// Another row, drawn at random, is used in its place.
        case replaced
        /// Nothing is learned from it.
        case ignored
        /// Something else is learned than was meant.
        case harmful
        case note

        /// Whether a file with it is not fit for training.
        package var isFault: Bool { self == .crash || self == .replaced || self == .ignored }
    }

    /// What is the matter; its name is for programs, and stays.
    package enum Kind: String, Sendable, CaseIterable {
        case rowNotObject = "row-not-object"
        case noConversations = "no-conversations"
        case badTurn = "bad-turn"
        case unknownRole = "unknown-role"
        case roleOrder = "role-order"
        case halfCharacter = "half-character"
        case noWords = "no-words"
        case emptyAnswer = "empty-answer"
        case noAnswer = "no-answer"
        case eosInText = "eos-in-text"
        case modelTurnInText = "model-turn-in-text"
        case padInText = "pad-in-text"
        case specialTokenInText = "special-token-in-text"
        case placeholderInText = "placeholder-in-text"
        case untrimmedAnswer = "untrimmed-answer"
        case blankAnswer = "blank-answer"
        case severalImageTokens = "several-image-tokens"
        case imageTokenInAnswer = "image-token-in-answer"
        case imageNotShown = "image-not-shown"
        case imageTokenWithoutImage = "image-token-without-image"
        case noImage = "no-image"
        case answersCutOff = "answers-cut-off"
        case endCutOff = "end-cut-off"
        case leadingAnswer = "leading-answer"
        case emptyQuestion = "empty-question"
        case badImageValue = "bad-image-value"
        case severalImages = "several-images"
        case unprintableImageName = "unprintable-image-name"
        case imageMissing = "image-missing"
        case imageUnreadable = "image-unreadable"
        case notAnImage = "not-an-image"
        case imageDamaged = "image-damaged"
        case imageTruncated = "image-truncated"
        case imageTooLarge = "image-too-large"
        case imageTooThin = "image-too-thin"
        case imageNotChecked = "image-not-checked"
        case imageVeryLarge = "image-very-large"
        case retriesRunOut = "retries-run-out"
        case manyRows = "many-rows"
    }

    package let kind: Kind
    package let severity: Severity
    /// The cause, in a sentence.
    package let message: String

    init(_ kind: Kind, _ severity: Severity, _ message: String) {
        (self.kind, self.severity, self.message) = (kind, severity, message)
    }

    /// A line of JSON: `{"row": N, "id": ..., "kind": ..., "severity": ..., "message": ...}`, without `row` for a
    /// finding about the whole file.
    func line(row: Int?, id: JSONValue?) -> [UInt8] {
        var members: [JSONMember] = []
        if let row { members.append(JSONMember("row", .integer(row))) }
        if let id { members.append(JSONMember("id", id)) }
        members += [
            JSONMember("kind", .string(kind.rawValue)), JSONMember("severity", .string(severity.rawValue)),
            JSONMember("message", .string(message)),
        ]
        return JSONValue.object(members).line
    }
}
