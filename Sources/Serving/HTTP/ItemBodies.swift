import Captioner
import CaptionerJSON
package import Foundation

/// A request to score texts as captions of an image: `{"image", "texts"}` as JSON, or a form with a file and texts.
package struct ScoreBody: Sendable {
    let image: ImageSource
    let texts: [String]
    /// What the texts follow.
    let prompt: String?
    /// The model that is asked for.
    package let model: String?

    /// - Throws: `ServiceError`.
    package init(_ body: Data, type: String?, limits: ServiceLimits) throws(ServiceError) {
        let fields: RequestFields
        let data: Data
        if let form = try MultipartForm.reading(body, type: type) {
            guard let file = form.file() else { throw .invalid("the form has no file", field: "image") }
            data = file
            fields = RequestFields(texts: form.texts)
        } else {
            fields = try CaptionBody.object(body)
            guard let text = try fields.text("image") else { throw .invalid("there is no image", field: "image") }
            data = try CaptionCall.bytes(text, field: "image")
        }
        guard let texts = try fields.texts("texts"), !texts.isEmpty else {
            throw .invalid("texts is missing or empty", field: "texts")
        }
        guard texts.count <= limits.items else {
            throw .invalid("there are \(texts.count) texts, at most \(limits.items) are allowed", field: "texts")
        }
        image = try CaptionCall.checked(data, limits)
        self.texts = texts
        prompt = try fields.text("prompt")
        model = try fields.text("model")
    }

    /// `{"scores": [{"log_probability", "mean_log_probability"}]}`, in nats.
    static func json(_ scores: [TextScore]) -> JSONValue {
        .object([JSONMember("scores", .array(scores.map(\.json)))])
    }

    /// `{"scores": [{"similarity"}]}`, cosines.
    static func json(similarities: [Float]) -> JSONValue {
        .object([
            JSONMember("scores", .array(similarities.map { .object([JSONMember("similarity", .number("\($0)"))]) }))
        ])
    }
}

/// A request of OpenAI's embeddings. An element of `input` is a text, an image as a `data:` address, or `{"image"}`.
package struct EmbeddingBody: Sendable {
    enum Item: Sendable {
        case text(String)
        case image(ImageSource)

        var image: ImageSource? { if case .image(let image) = self { image } else { nil } }
        var text: String? { if case .text(let text) = self { text } else { nil } }
    }

    let items: [Item]
    var images: [ImageSource] { items.compactMap(\.image) }
    var texts: [String] { items.compactMap(\.text) }
    /// Whether embeddings are written as Base64 of little-endian floats, as OpenAI's Python client asks for.
    let isBase64: Bool

    /// - Throws: `ServiceError`.
    package init(_ body: Data, limits: ServiceLimits) throws(ServiceError) {
        let fields = try CaptionBody.object(body)
        guard let input = fields["input"] else { throw .invalid("input is missing", field: "input") }
        let elements = input.elements ?? [input]
        guard !elements.isEmpty, elements.count <= limits.items else {
            throw .invalid("input has \(elements.count) elements, expected 1 to \(limits.items)", field: "input")
        }
        var items: [Item] = []
        for element in elements {
            if let text = element.text, text.utf8.prefix(11).elementsEqual("data:image/".utf8) {
                items.append(.image(try CaptionCall.checked(try CaptionCall.bytes(text, field: "input"), limits)))
            } else if let text = element.text {
                items.append(.text(text))
            } else if let text = try element.members.map(RequestFields.init)?.text("image") {
                items.append(.image(try CaptionCall.checked(try CaptionCall.bytes(text, field: "input"), limits)))
            } else {
                throw .invalid("an element of input is \(element.kind), expected a text or {\"image\"}", field: "input")
            }
        }
        switch try fields.text("encoding_format") ?? "float" {
        case "float": isBase64 = false
        case "base64": isBase64 = true
        case let format:
            throw .invalid("encoding_format is \(format), expected float or base64", field: "encoding_format")
        }
        if let width = try fields.integer("dimensions") {
            throw .invalid("dimensions is \(width): embeddings cannot be shortened", field: "dimensions")
        }
        self.items = items
    }

    /// - Parameter tokenCount: of the texts.
    func json(_ embeddings: [[Float]], tokenCount: Int, model: String) -> JSONValue {
        let data = embeddings.enumerated().map { index, embedding -> JSONValue in
            .object([
                JSONMember("object", .string("embedding")), JSONMember("index", .integer(index)),
                JSONMember("embedding", value(embedding)),
            ])
        }
        let usage: JSONValue = .object([
            JSONMember("prompt_tokens", .integer(tokenCount)), JSONMember("total_tokens", .integer(tokenCount)),
        ])
        return .object([
            JSONMember("object", .string("list")), JSONMember("data", .array(data)),
            JSONMember("model", .string(model)), JSONMember("usage", usage),
        ])
    }

    private func value(_ embedding: [Float]) -> JSONValue {
        guard isBase64 else { return .array(embedding.map { .number("\($0)") }) }
        return .string(embedding.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }.base64EncodedString())
    }
}
