import Captioner
import CaptionerDataSets
import CaptionerJSON

/// The line that answers a request: `"id"` if there was one, then what `CaptionRecord` has, or `"scores"`.
struct WorkerAnswer {
    /// What came of a request.
    enum Content: Sendable {
        case captions([ImageCaption])
        /// A score for each text, and what was wrong with the image's file.
        case scores([TextScore], note: String?)
    }

    let id: String?
    let path: String?
    let content: Result<Content, ItemFailure>

    /// With its line break.
    func line(_ shape: CaptionRecord.Shape) -> String {
        let record = json(shape).json()
        // As it was written: a number in any notation, a text with its escapes.
        guard let id else { return record + "\n" }
        return "{\"id\": \(id), \(record.dropFirst())\n"
    }

    private func json(_ shape: CaptionRecord.Shape) -> JSONValue {
        switch content {
        case .success(.captions(let captions)):
            return CaptionRecord(path: path, answer: .success(captions), shape: shape).json
        case .failure(let failure):
            return CaptionRecord(path: path, answer: .failure(failure), shape: shape).json
        case .success(.scores(let scores, let note)):
            var members = path.map { [JSONMember("image", .string($0))] } ?? []
            members.append(JSONMember("scores", .array(scores.map(\.json))))
            if let note { members.append(JSONMember("note", .string(note))) }
            return .object(members)
        }
    }
}

extension TextScore {
    /// `{"log_probability": ..., "mean_log_probability": ...}`, in nats.
    var json: JSONValue {
        // What is not finite, as of a model whose weights are not, is no JSON.
        func number(_ value: Float) -> JSONValue { value.isFinite ? .number("\(value)") : .null }
        return .object([
            JSONMember("log_probability", number(logProbability)),
            JSONMember("mean_log_probability", number(meanLogProbability)),
        ])
    }
}
