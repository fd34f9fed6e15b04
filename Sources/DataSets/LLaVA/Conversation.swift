package import CaptionerJSON

/// An element of a training file in LLaVA's format.
package struct Conversation: Sendable, Equatable {
    package let element: JSONValue

    package init(_ element: JSONValue) { self.element = element }

    /// The path of its image; nil for a conversation without one.
    /// - Throws: `ItemFailure` for what is no conversation, or not about one image.
    func image() throws(ItemFailure) -> String? {
        func failure(_ message: String) -> ItemFailure { ItemFailure(stage: .sample, message: message) }
        guard element.members != nil else { throw failure("it is \(element.kind), expected an object") }
        guard element["conversations"]?.elements != nil else { throw failure("it has no \"conversations\"") }
        guard let value = element["image"], !value.isNull else { return nil }
        guard let image = value.text else { throw failure("its \"image\" is \(value.kind), expected a path") }
        if image.isEmpty { throw failure("its \"image\" is empty") }
        return image
    }

    /// What the model is to learn to say, turn by turn.
    var answers: [String] { turns.filter(Self.isAnswer).compactMap { $0["value"]?.text } }

    /// The same with another text in place of each answer.
    func answered(_ text: String) -> Conversation {
        let turns = turns.map { turn in
            Self.isAnswer(turn) ? Self.setting("value", to: .string(text), in: turn) : turn
        }
        return Conversation(Self.setting("conversations", to: .array(turns), in: element))
    }

    private var turns: [JSONValue] { element["conversations"]?.elements ?? [] }

    private static func isAnswer(_ turn: JSONValue) -> Bool { turn["from"]?.text?.hasSameBytes(as: "gpt") == true }

    private static func setting(_ name: String, to value: JSONValue, in object: JSONValue) -> JSONValue {
        guard let members = object.members else { return object }
        return .object(members.map { $0.key == ExactString(name) ? JSONMember(name, value) : $0 })
    }
}
