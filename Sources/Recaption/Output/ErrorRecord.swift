import Captioner
import CaptionerJSON

/// A line of `OUTPUT.errors.jsonl`: `{"index": N, "id": ..., "image": PATH, "stage": ..., "message": ...}`.
///
/// There is one for each image that has no caption, and for each sample that is not as it should be.
struct ErrorRecord: Sendable, Equatable {
    /// The place of the image or sample in the whole input, from 0.
    let index: Int
    let id: JSONValue?
    let image: String?
    let stage: String
    let message: String

    init(_ failure: CaptionFailure, of item: RunItem, image: String? = nil) {
        index = item.index
        id = item.id
        self.image = image
        stage = failure.stage.rawValue
        message = failure.message
    }

    /// - Throws: `JSONError` for what is no such line.
    init(line: [UInt8]) throws(JSONError) {
        let value = try JSONParser.parse(line)
        guard let index = value["index"]?.integer, let stage = value["stage"]?.text else {
            throw JSONError(offset: 0, message: "no error record")
        }
        self.index = index
        id = value["id"]
        image = value["image"]?.text
        self.stage = stage
        message = value["message"]?.text ?? "no message"
    }

    /// What many records may have in common: the stage and the message without paths and details in brackets, and with
    /// N for numbers.
    var cause: String {
        let message = message.replacing(#/^cannot read .*: /#, with: "").replacing(#/ \(.*\)/#, with: "")
            .replacing(#/[0-9]+/#, with: "N")
        return "\(stage): \(message)"
    }

    var line: String {
        var members = [JSONMember("index", .integer(index))]
        if let id { members.append(JSONMember("id", id)) }
        if let image { members.append(JSONMember("image", .string(image))) }
        members += [JSONMember("stage", .string(stage)), JSONMember("message", .string(message))]
        return JSONValue.object(members).json() + "\n"
    }
}
