package import Captioner
import CaptionerJSON
package import Foundation

/// A request for captions outside a chat: the bytes of an image, a form, or the JSON of Hugging Face's clients.
///
/// What it is, its first bytes show, whatever type the client claims: `curl --data-binary` says it were a form.
package struct CaptionBody: Sendable {
    package var call: CaptionCall
    /// Whether a question was asked as Hugging Face's visual question answering does, which wants another answer.
    package var isQuestion = false

    /// - Parameters:
    ///   - type: the header Content-Type.
    ///   - query: the parameters of the address.
    ///   - options: what holds where the request says nothing.
    /// - Throws: `ServiceError`.
    package init(
        _ body: Data, type: String?, query: [(name: String, text: String)], options: Captioner.GenerationOptions,
        limits: ServiceLimits
    ) throws(ServiceError) {
        var image: Data?
        var fields = RequestFields(texts: query)
        var prompt: String?
        var isQuestion = false
        let start = body.prefix(64).drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        if let boundary = type.flatMap(MultipartForm.boundary), start.starts(with: "--".utf8) {
            let parts = try MultipartForm(body, boundary: boundary).parts
            let imageNames: Set = [ExactString("image"), ExactString("file"), ExactString("inputs")]
            image = (parts.first(where: \.isFile) ?? parts.first { imageNames.contains(ExactString($0.name)) })?.content
            guard image != nil else { throw .invalid("the form has no file", field: "image") }
            fields = RequestFields(
                texts: query
                    + parts.filter { !$0.isFile }.map { ($0.name, String(decoding: $0.content, as: UTF8.self)) })
        } else if start.first == UInt8(ascii: "{") {
            let object = try Self.object(body)
            let inputs = object["inputs"] ?? object["image"]
            if let question = inputs?.members.map(RequestFields.init) {
                // Visual question answering.
                prompt = try question.text("question")
                isQuestion = prompt != nil
                if let text = try question.text("image") { image = try CaptionCall.bytes(text, field: "inputs.image") }
            } else if let text = inputs?.text {
                image = try CaptionCall.bytes(text, field: "inputs")
                // Hugging Face's client of visual question answering.
                prompt = try object.text("question")
                isQuestion = prompt != nil
            }
            guard image != nil else { throw .invalid("there is no image", field: "inputs") }
            fields = object
            if let parameters = try object.object("parameters") { fields = parameters }
        } else {
            image = body
        }
        var options = options
        for name in ["generate_kwargs", "generation_parameters"] {
            if let inner = try fields.object(name) { try options.apply(inner, limits) }
        }
        try options.apply(fields, limits)
        if let given = try fields.text("prompt") { prompt = given }
        if let prompt { options.prompt = prompt }
        call = try CaptionCall(image: image ?? body, prompt: options.prompt, options: options, limits: limits)
        self.isQuestion = isQuestion
    }

    /// The members of a body.
    static func object(_ body: Data) throws(ServiceError) -> RequestFields {
        do {
            return RequestFields(try JSONParser.parseObject(Array(body)).members)
        } catch {
            throw .invalid("the body is no JSON object: \(error)")
        }
    }
}
