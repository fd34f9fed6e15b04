import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON

/// What a line asks for: an image (`WorkerRequest+Image.swift` says how it is given), with `"prompt"` (a text), which
/// takes the place of the options' prompt, `"texts"` (an array) if those are scored and no caption is wanted, and `"id"`
/// (any value) if wanted.
///
/// Null means a member that is not there, but for an id. Of members with one name the last holds; others have no effect.
struct WorkerRequest {
    /// What has to be done.
    enum Work {
        case caption(CaptionRequest)
        /// The log-likelihoods of texts as captions of the image.
        case scores(CaptionRequest, texts: [String])
    }

    /// The id's JSON text, byte for byte.
    var id: String?
    /// The image as the line has it; nil for bytes and pixels.
    var path: String?
    /// What has to be done, or why the line is no request.
    var work: Result<Work, ItemFailure>

    /// - Parameter number: the line's, from 1.
    init(_ line: InputLine, number: Int) {
        func failed(_ cause: String) -> Result<Work, ItemFailure> {
            .failure(ItemFailure(stage: .request, message: "line \(number): \(cause)"))
        }
        let bytes: [UInt8]
        switch line {
        case .bytes(let line): bytes = line
        case .tooLong(let limit):
            work = failed("longer than \(limit) bytes")
            return
        }
        guard !bytes.isBlank else {
            work = failed("blank")
            return
        }
        do {
            let (members, ranges, _) = try JSONParser.parseObject(bytes)
            if let index = members.lastIndex(where: { $0.key == "id" }) {
                id = String(decoding: bytes[ranges[index]], as: UTF8.self)
            }
            let prompt = try Self.text("prompt", of: members)
            let texts = try Self.texts(of: members)
            let image = try RequestedImage(members)
            path = image.path
            work = image.source.map { source in
                let request = CaptionRequest(image: source, prompt: prompt)
                return texts.map { .scores(request, texts: $0) } ?? .caption(request)
            }
        } catch {
            // A list of paths may have been given where requests are expected.
            let isPath =
                error is JSONError && !["{", "[", "\""].contains(bytes.first.map { Character(Unicode.Scalar($0)) })
            work = failed("\(error)\(isPath ? "; --files-from - captions a list of paths" : "")")
        }
    }

    static func text(_ name: String, of members: [JSONMember]) throws(RequestFlaw) -> String? {
        guard let value = members.value(of: name), !value.isNull else { return nil }
        return try text(value, name)
    }

    private static func texts(of members: [JSONMember]) throws(RequestFlaw) -> [String]? {
        guard let value = members.value(of: "texts"), !value.isNull else { return nil }
        guard let elements = value.elements else { throw RequestFlaw("texts is not an array") }
        guard !elements.isEmpty else { throw RequestFlaw("texts is empty") }
        var texts: [String] = []
        for element in elements { texts.append(try text(element, "an element of texts")) }
        return texts
    }

    private static func text(_ value: JSONValue, _ name: String) throws(RequestFlaw) -> String {
        if case .illFormedString = value { throw RequestFlaw("\(name) is \(value.kind), which is no character") }
        guard let text = value.text else { throw RequestFlaw("\(name) is not a string") }
        return text
    }
}

/// Why a line is no request.
struct RequestFlaw: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
