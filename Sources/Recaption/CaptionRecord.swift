public import Captioner
import Foundation

/// One line of output: `{"image": PATH, "caption": TEXT}`, or `{"image": PATH, "error": {"stage": ..., "message":
/// ...}}`.
///
/// A picture that was captioned although something was wrong with its file has a third field, `"note"`.
public struct CaptionRecord: Sendable {
    public let path: String
    public let result: Result<Caption, CaptionFailure>

    public init(path: String, result: Result<Caption, CaptionFailure>) {
        self.path = path
        self.result = result
    }

    /// The record as a line of JSON, without its newline. Keys stand in the order shown above.
    public func line() throws -> String {
        switch result {
        case .success(let caption):
            let note = try caption.note.map { ", \"note\": \(try Self.json($0))" } ?? ""
            return "{\"image\": \(try Self.json(path)), \"caption\": \(try Self.json(caption.text))\(note)}"
        case .failure(let failure):
            let stage = try Self.json(failure.stage.rawValue)
            let message = try Self.json(failure.message)
            return "{\"image\": \(try Self.json(path)), \"error\": {\"stage\": \(stage), \"message\": \(message)}}"
        }
    }

    /// A string as a JSON literal, slashes and letters of all scripts as they are.
    private static func json(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
}
