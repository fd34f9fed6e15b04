package import Captioner
package import CaptionerJSON
package import Foundation

/// The answers of OpenAI's chat completions.
package struct ChatAnswer: Sendable {
    private let id: String
    private let model: String
    private let created: Int
    /// Positions of the image and tokens of the prompt.
    private let promptTokens: Int

    package init(id: String, model: String, promptTokens: Int, now: Date = Date()) {
        self.id = "chatcmpl-\(id)"
        self.model = model
        self.promptTokens = promptTokens
        created = Int(now.timeIntervalSince1970)
    }

    /// The whole answer.
    package func completion(_ captions: [Caption]) -> JSONValue {
        object(
            "chat.completion",
            choices: captions.enumerated().map { index, caption in
                [
                    JSONMember("index", .integer(index)),
                    JSONMember(
                        "message",
                        .object([
                            JSONMember("role", .string("assistant")), JSONMember("content", .string(caption.text)),
                            JSONMember("refusal", .null),
                        ])),
                    JSONMember("logprobs", .null), JSONMember("finish_reason", .string(caption.finishReason)),
                ] + caption.noteMembers
            }, usage: usage(captions))
    }

    /// A piece of a streamed answer.
    /// - Parameter first: whether it is the first, which says whose words they are.
    package func chunk(_ text: String, first: Bool) -> JSONValue {
        let role = first ? [JSONMember("role", .string("assistant"))] : []
        return chunk(.object(role + [JSONMember("content", .string(text))]), finishReason: .null)
    }

    /// The piece that says why an answer ends.
    package func lastChunk(_ caption: Caption) -> JSONValue {
        chunk(.object([]), finishReason: .string(caption.finishReason), caption.noteMembers)
    }

    /// The piece after the last, with no text, and the counts of tokens.
    package func usageChunk(_ caption: Caption) -> JSONValue {
        object("chat.completion.chunk", choices: [], usage: usage([caption]))
    }

    private func chunk(_ delta: JSONValue, finishReason: JSONValue, _ others: [JSONMember] = []) -> JSONValue {
        object(
            "chat.completion.chunk",
            choices: [
                [
                    JSONMember("index", .integer(0)), JSONMember("delta", delta), JSONMember("logprobs", .null),
                    JSONMember("finish_reason", finishReason),
                ] + others
            ], usage: nil)
    }

    private func object(_ kind: String, choices: [[JSONMember]], usage: JSONValue?) -> JSONValue {
        .object(
            [
                JSONMember("id", .string(id)), JSONMember("object", .string(kind)),
                JSONMember("created", .integer(created)), JSONMember("model", .string(model)),
                JSONMember("choices", .array(choices.map(JSONValue.object))),
            ] + (usage.map { [JSONMember("usage", $0)] } ?? []))
    }

    private func usage(_ captions: [Caption]) -> JSONValue {
        let tokens = captions.reduce(0) { $0 + $1.tokenIDs.count }
        return .object([
            JSONMember("prompt_tokens", .integer(promptTokens)), JSONMember("completion_tokens", .integer(tokens)),
            JSONMember("total_tokens", .integer(promptTokens + tokens)),
        ])
    }
}

extension Caption {
    fileprivate var finishReason: String { isComplete ? "stop" : "length" }

    /// What was wrong with the image's file, in a field of our own.
    fileprivate var noteMembers: [JSONMember] { note.map { [JSONMember("note", .string($0))] } ?? [] }
}
