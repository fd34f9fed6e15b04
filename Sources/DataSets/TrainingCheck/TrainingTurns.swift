import CaptionerFiles
import CaptionerJSON

/// The turns of a row that training uses, read as MGM's `LazySupervisedDataset` reads them.
struct TrainingTurns {
    let stage: TrainingStage
    let hasImage: Bool
    /// Without an answer before the first question.
    private(set) var used: [TrainingTurn] = []
    private(set) var dropsFirst = false

    /// - Throws: `TrainingFinding` for a row that training fails at.
    init(_ row: JSONValue, _ stage: TrainingStage) throws(TrainingFinding) {
        self.stage = stage
        hasImage = row["image"] != nil
        guard let value = row["conversations"] else { throw lost(.noConversations, "it has no \"conversations\"") }
        guard let elements = value.elements else {
            throw lost(.noConversations, "its \"conversations\" is \(value.kind), expected a list")
        }
        guard !elements.isEmpty else { throw lost(.noConversations, "its \"conversations\" is empty") }
        // Of rows with images all values are looked at first, and in the second stage of all rows.
        if hasImage || stage == .finetune {
            for (index, element) in elements.enumerated() { _ = try string(element, index) }
        }
        if stage == .finetune, elements.allSatisfy({ !Self.hasWords($0["value"]) }) {
            throw TrainingFinding(
                .noWords, .crash,
                "there is not one word in it: training ends before its first step, with \"Should not have zero length\""
            )
        }
        for (index, element) in elements.enumerated() {
            let isAnswer = try isAnswer(element, index)
            if index == 0, isAnswer {
                dropsFirst = true
                continue
            }
            guard isAnswer == (used.count % 2 == 1) else {
                throw TrainingFinding(
                    .roleOrder, .replaced,
                    "turn \(index + 1) is from \(isAnswer ? "gpt" : "human"), as the one before: training uses another row in its place"
                )
            }
            var turn = TrainingTurn(isAnswer: isAnswer, index: index, text: try text(element, index))
            if case .illFormedString = element["value"] { turn.hasHalfCharacter = true }
            used.append(turn)
        }
    }

    private func isAnswer(_ element: JSONValue, _ index: Int) throws(TrainingFinding) -> Bool {
        guard element.members != nil else { throw notATurn(element, index) }
        let role = element["from"]
        if case .string(let name) = role {
            if name.hasSameBytes(as: "gpt") { return true }
            if name.hasSameBytes(as: "human") { return false }
        }
        let found = role.map { $0.text.map { JSONValue.string($0.shortened).json() } ?? $0.kind } ?? "no role"
        throw TrainingFinding(
            .unknownRole, .replaced,
            "turn \(index + 1) is from \(found), expected \"human\" or \"gpt\": training uses another row in its place")
    }

    /// - Returns: the value, if it is a string.
    private func string(_ element: JSONValue, _ index: Int) throws(TrainingFinding) -> JSONValue {
        guard element.members != nil else { throw notATurn(element, index) }
        guard let value = element["value"] else { throw lost(.badTurn, "turn \(index + 1) has no \"value\"") }
        switch value {
        case .string, .illFormedString: return value
        default: throw lost(.badTurn, "the \"value\" of turn \(index + 1) is \(value.kind), expected a text")
        }
    }

    private func text(_ element: JSONValue, _ index: Int) throws(TrainingFinding) -> String {
        // Without an image, whatever Python takes for nothing is an empty turn.
        if !hasImage, element["value"]?.isNothingToPython == true { return "" }
        let text = try string(element, index).readableText ?? ""
        return hasImage ? TrainingTurn.movingImageToken(text) : text
    }

    private func notATurn(_ element: JSONValue, _ index: Int) -> TrainingFinding {
        lost(.badTurn, "turn \(index + 1) is \(element.kind), expected an object")
    }

    /// A row that cannot be read: in the second stage training fails when it takes the rows' lengths.
    private func lost(_ kind: TrainingFinding.Kind, _ cause: String) -> TrainingFinding {
        stage == .finetune
            ? TrainingFinding(kind, .crash, "\(cause): training ends before its first step, when it takes lengths")
            : TrainingFinding(kind, .replaced, "\(cause): training uses another row in its place")
    }

    private static func hasWords(_ value: JSONValue?) -> Bool {
        switch value {
        case .string(let text): text.unicodeScalars.contains { !$0.isPythonSpace }
        // Half of a surrogate pair is no white space.
        case .illFormedString: true
        default: false
        }
    }
}

extension JSONValue {
    /// Whether the value is false where Python asks for a truth value.
    fileprivate var isNothingToPython: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .number: double == 0
        case .string(let text): text.isEmpty
        case .illFormedString: false
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        }
    }
}
