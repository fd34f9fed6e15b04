package import Captioner
import CaptionerFiles
import CaptionerJSON
package import Foundation

/// A request of OpenAI's chat completions: messages with one image, or several for a model that takes them.
package struct ChatBody: Sendable {
    package let call: CaptionCall
    package let isStreamed: Bool
    /// Whether a stream ends with a chunk of token counts.
    package let includesUsage: Bool

    /// Fields that would change the answer, and are not supported: with a value that asks for nothing they are taken.
    private static let unsupported = [
        "audio", "functions", "logit_bias", "logprobs", "tools", "top_logprobs", "stop", "frequency_penalty",
        "presence_penalty", "web_search_options",
    ]

    /// - Parameters:
    ///   - options: what holds where the request says nothing; temperature 0 and no temperature are greedy decoding.
    ///   - chatPrompt: what is made of text, unless the model was trained to converse.
    ///   - converses: whether it was.
    /// - Throws: `ServiceError`.
    package init(
        _ body: Data, options: Captioner.GenerationOptions, chatPrompt: ChatPrompt, converses: Bool,
        limits: ServiceLimits
    ) throws(ServiceError) {
        let fields = try CaptionBody.object(body)
        try Self.refuseUnsupported(fields)
        isStreamed = try fields.bool("stream") ?? false
        includesUsage = try fields.object("stream_options")?.bool("include_usage") ?? false
        var options = options
        try Self.apply(fields, to: &options, limits)
        guard !isStreamed || options.numBeams == 1 && options.numReturnSequences == 1 else {
            throw .invalid("a stream has one text, without beams", field: "stream")
        }
        let messages = try ChatMessages(fields, limits)
        let question = messages.turns.last?.question ?? ""
        var conversation: [ConversationTurn]?
        if converses {
            if messages.turns.count > 1 {
                conversation = messages.turns
            } else if !question.isEmpty {
                options.prompt = question
            }
        } else {
            guard messages.turns.count == 1 else {
                throw .invalid("this model answers single questions: send one message of the user", field: "messages")
            }
            if !question.isEmpty, let prompt = chatPrompt.prompt(question) {
                options.prompt = prompt
                // Who asks wants the answer alone.
                options.echoesPrompt = options.echoesPrompt ?? false
            }
        }
        call = try CaptionCall(
            image: messages.images[0], furtherImages: Array(messages.images.dropFirst()), conversation: conversation,
            options: options, limits: limits)
    }

    private static func apply(
        _ fields: RequestFields, to options: inout Captioner.GenerationOptions, _ limits: ServiceLimits
    ) throws(ServiceError) {
        for name in ["max_tokens", "max_completion_tokens"] {
            guard let count = try fields.integer(name) else { continue }
            guard count >= 1 else { throw .invalid("\(name) is \(count), expected at least 1", field: name) }
            options.maxNewTokens = count
        }
        if let count = try fields.integer("n") { options.numReturnSequences = count }
        if let temperature = try fields.number("temperature") {
            options.doSample = temperature > 0
            // OpenAI's models choose from all tokens.
            options.topK = 0
        }
        try options.apply(fields, limits)
    }

    private static func refuseUnsupported(_ fields: RequestFields) throws(ServiceError) {
        for name in unsupported {
            switch fields[name] {
            case nil, .bool(false), .array([]), .object([]), .number("0"), .number("0.0"): break
            default: throw .invalid("\(name) is not supported", field: name)
            }
        }
        if let format = try fields.object("response_format"), try format.text("type") ?? "text" != "text" {
            throw .invalid("response_format is not supported: answers are plain text", field: "response_format")
        }
        if let modalities = try fields.texts("modalities"), !modalities.allSatisfy({ $0 == "text" }) {
            throw .invalid("modalities is not supported: answers are plain text", field: "modalities")
        }
    }
}

/// The messages of a chat as turns about one image or several.
private struct ChatMessages {
    /// At least one.
    private(set) var images: [Data] = []
    private(set) var turns: [ConversationTurn] = []

    init(_ fields: RequestFields, _ limits: ServiceLimits) throws(ServiceError) {
        guard let messages = fields["messages"]?.elements, !messages.isEmpty else {
            throw .invalid("messages is missing or empty", field: "messages")
        }
        for message in messages {
            guard let message = message.members.map(RequestFields.init) else {
                throw .invalid("a message is \(message.kind), expected an object", field: "messages")
            }
            let (text, found) = try Self.content(message)
            switch try message.text("role") {
            case "user":
                // An image in a later turn would be put in the first by the model.
                guard turns.isEmpty || found.isEmpty else {
                    throw .invalid("the image has to be in the first message of the user", field: "messages")
                }
                images += found
                if let last = turns.last, last.answer == nil {
                    turns[turns.count - 1] = ConversationTurn([last.question, text].joined(separator: "\n"))
                } else {
                    turns.append(ConversationTurn(text))
                }
            case "assistant":
                guard let last = turns.last, last.answer == nil else {
                    throw .invalid("an answer of the assistant without a question", field: "messages")
                }
                turns[turns.count - 1] = ConversationTurn(last.question, answer: text)
            // No model here was trained with any.
            case "system", "developer": break
            case let role: throw .invalid("a message has the role \(role ?? "null")", field: "messages")
            }
        }
        guard turns.last.map({ $0.answer == nil }) ?? false else {
            throw .invalid("the last message is not one of the user", field: "messages")
        }
        guard (1...limits.images).contains(images.count) else {
            throw .invalid(
                images.isEmpty
                    ? "no message has an image: send its bytes as a part {\"type\": \"image_url\", \"image_url\": {\"url\": "
                        + "\"data:image/jpeg;base64,...\"}}"
                    : "there are \(images.count) images, at most \(limits.images) are taken", field: "messages")
        }
    }

    /// The texts and images of a message.
    private static func content(_ message: RequestFields) throws(ServiceError) -> (text: String, images: [Data]) {
        guard let content = message["content"] else { return ("", []) }
        if let text = content.text { return (text.strippingWhitespace(), []) }
        guard let parts = content.elements else {
            throw .invalid("content is \(content.kind), expected a string or an array", field: "messages")
        }
        var (texts, images): ([String], [Data]) = ([], [])
        for part in parts {
            guard let part = part.members.map(RequestFields.init) else {
                throw .invalid("a part of content is \(part.kind), expected an object", field: "messages")
            }
            switch try part.text("type") {
            case "text", "input_text": texts.append(try part.text("text") ?? "")
            case "image_url", "input_image":
                var url = part["image_url"]?.text
                if url == nil { url = try part.object("image_url")?.text("url") }
                guard let url else { throw .invalid("image_url has no url", field: "messages") }
                images.append(try CaptionCall.bytes(url, field: "image_url"))
            case let type: throw .invalid("a part of the type \(type ?? "null") is not supported", field: "messages")
            }
        }
        return (texts.joined(separator: "\n").strippingWhitespace(), images)
    }
}
