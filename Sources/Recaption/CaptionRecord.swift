public import Captioner
import Foundation

/// One line of output: `{"image": PATH, "caption": TEXT}`, with several captions `{"image": PATH, "captions": [TEXT,
/// ...]}`, or `{"image": PATH, "error": {"stage": ..., "message": ...}}`.
///
/// Log-probabilities follow as `"log_probability"` or `"log_probabilities"` where they are asked for. A picture that was
/// captioned although something was wrong with its file has a last field, `"note"`.
public struct CaptionRecord: Sendable {
    public let path: String
    /// The captions, best first, at least one.
    public let captions: Result<[Caption], CaptionFailure>
    /// Whether there were to be several captions, even where there is one.
    public let isList: Bool
    public let showsLogProbabilities: Bool

    public init(
        path: String, captions: Result<[Caption], CaptionFailure>, isList: Bool = false,
        showsLogProbabilities: Bool = false
    ) {
        self.path = path
        self.captions = captions
        self.isList = isList
        self.showsLogProbabilities = showsLogProbabilities
    }

    /// The record as a line of JSON, without its newline. Keys stand in the order shown above.
    public func line() throws -> String {
        var fields = [("image", try Self.json(path))]
        switch captions {
        case .success(let captions):
            fields.append(try field(captions.map(\.text), "caption", "captions"))
            if showsLogProbabilities {
                fields.append(try field(captions.map(\.logProbability), "log_probability", "log_probabilities"))
            }
            if let note = captions.first?.note { fields.append(("note", try Self.json(note))) }
        case .failure(let failure):
            let stage = try Self.json(failure.stage.rawValue)
            let message = try Self.json(failure.message)
            fields.append(("error", "{\"stage\": \(stage), \"message\": \(message)}"))
        }
        return "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }

    private func field(_ values: [some Encodable], _ name: String, _ plural: String) throws -> (String, String) {
        if !isList, let value = values.first { return (name, try Self.json(value)) }
        return (plural, "[" + (try values.map { try Self.json($0) }).joined(separator: ", ") + "]")
    }

    /// A value as a JSON literal, slashes and letters of all scripts as they are.
    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
