import CaptionerFiles
import CaptionerJSON

/// A turn of a conversation as MGM's training puts it into the prompt.
struct TrainingTurn {
    let isAnswer: Bool
    /// Its place in the row, from 0.
    let index: Int
    /// Image tokens are where training moves them.
    let text: String
    /// Whether half of a surrogate pair is in it, for which the text has U+FFFD.
    var hasHalfCharacter = false

    static let imageToken = "<image>"

    /// The text of a turn in a row with an image (`preprocess_multimodal`): image tokens are taken out, and one is put in
    /// front, but for those that only come about when others are taken out of their middle.
    static func movingImageToken(_ text: String) -> String {
        let parts = text.literalComponents(separatedBy: imageToken)
        guard parts.count > 1 else { return text }
        return "\(imageToken)\n\(parts.joined().strippingWhitespace())".strippingWhitespace()
    }

    var imageTokenCount: Int { text.literalComponents(separatedBy: Self.imageToken).count - 1 }

    func contains(_ token: String) -> Bool { text.literalComponents(separatedBy: token).count > 1 }

    /// What messages call it.
    var name: String { "turn \(index + 1) (\(isAnswer ? "gpt" : "human"))" }
}

/// The prompt that training makes of turns, and how it looks for the answers in it (`preprocess_gemma`).
struct TrainingPrompt {
    static let endToken = "<eos>"
    static let answerStart = "<start_of_turn>model\n"
    static let padToken = "<pad>"

    let text: String
    /// The prompt cut at each `<eos>`.
    let rounds: [String]

    init(_ turns: [TrainingTurn]) {
        var text = ""
        for turn in turns {
            text += turn.isAnswer ? Self.answerStart : "<start_of_turn>user\n"
            // Of an empty turn there is not even the end.
            if !turn.text.isEmpty { text += "\(turn.text)<end_of_turn>\n\(turn.isAnswer ? Self.endToken : "")" }
        }
        self.text = text
        rounds = text.literalComponents(separatedBy: Self.endToken)
    }

    /// Whether each round is a question and an answer. If not, training counts other tokens than there are, and ignores the
    /// whole row.
    var hasWholeRounds: Bool {
        rounds.last?.isEmpty == true
            && rounds.dropLast().allSatisfy { $0.literalComponents(separatedBy: Self.answerStart).count == 2 }
    }
}
