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
        let image: Data
        var fields = RequestFields(texts: query)
        var prompt: String?
        var isQuestion = false
        if let form = try MultipartForm.reading(body, type: type) {
            let names: Set = [ExactString("image"), ExactString("file"), ExactString("inputs")]
            guard let file = form.file(orFieldNamed: names) else {
                throw .invalid("the form has no file", field: "image")
            }
            image = file
            fields = RequestFields(texts: query + form.texts)
        } else if body.firstCharacters.first == UInt8(ascii: "{") {
            let object = try Self.object(body)
            let inputs = object["inputs"] ?? object["image"]
            // Visual question answering has a question beside the image, or, in Hugging Face's client, beside the inputs.
            let inner = inputs?.members.map(RequestFields.init)
            prompt = try (inner ?? object).text("question")
            isQuestion = prompt != nil
            var encoded = inputs?.text
            if let inner { encoded = try inner.text("image") }
            guard let encoded else { throw .invalid("there is no image", field: "inputs") }
            image = try CaptionCall.bytes(encoded, field: inner == nil ? "inputs" : "inputs.image")
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
        call = try CaptionCall(image: image, options: options, limits: limits)
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
