package import CaptionerJSON

/// An image and its captions: `{"image": PATH, "caption": TEXT}`, with several captions `{"image": PATH, "captions":
/// [TEXT, ...]}`, or `{"image": PATH, "error": {"stage": ..., "message": ...}}`.
///
/// The id of a data set's sample comes first, of a sample in an archive its `"key"`, and the text that it had follows the caption as `"old_caption"`. Log-probabilities follow as `"log_probability"` or `"log_probabilities"`
/// where they are asked for, and where texts are scored what ``CaptionScores`` says. An image that was captioned although something was wrong with its file has a last field,
/// `"note"`, and one that was not captioned since it has a text that it keeps a field `"kept"` with the value `"old"`.
package struct CaptionRecord: Sendable {
    package var id: JSONValue?
    /// What the id is called: of a sample in an archive it is the key.
    var idName = "id"
    /// The text that a sample of an archive has; nil where scores say it.
    var oldText: String?
    /// Nil for a sample that names none.
    package var path: String?
    package var answer: ImageAnswer
    package var shape = Shape()
    package var scores: CaptionScores?
    /// Whether its caption is a text that it had, and keeps.
    package var keepsOldText = false

    /// Which fields there are.
    package struct Shape: Sendable {
        /// Whether several captions were asked for, even where there is one.
        package var isList = false
        package var showsLogProbabilities = false
        /// What texts are scored by; nil where they are not.
        package var measure: ScoreMeasure?

        package init(isList: Bool = false, showsLogProbabilities: Bool = false, measure: ScoreMeasure? = nil) {
            self.isList = isList
            self.showsLogProbabilities = showsLogProbabilities
            self.measure = measure
        }
    }

    package init(
        id: JSONValue? = nil, path: String?, answer: ImageAnswer, shape: Shape = Shape(), scores: CaptionScores? = nil
    ) {
        self.id = id
        self.path = path
        self.answer = answer
        self.shape = shape
        self.scores = scores
    }

    /// - Parameter item: what the image belongs to.
    init(of item: Item, path: String?, answer: ImageAnswer, shape: Shape, scores: CaptionScores? = nil) {
        self.init(id: item.id, path: path, answer: answer, shape: shape, scores: scores)
        idName = item.idName
        if case .archived(let sample) = item.content, shape.measure == nil { oldText = try? sample.oldText() }
    }

    /// The record as a JSON object, its members in the order shown above.
    package var json: JSONValue {
        var members = id.map { [JSONMember(ExactString(idName), $0)] } ?? []
        if let path { members.append(JSONMember("image", .string(path))) }
        switch answer {
        case .success(let captions):
            members.append(member("caption", "captions", captions.map { .string($0.text) }))
            if shape.showsLogProbabilities, !captions.contains(where: \.logProbability.isNaN) {
                members.append(
                    member(
                        "log_probability", "log_probabilities", captions.map { .number("\($0.logProbability)") }))
            }
            if let scores {
                let names = (shape.measure ?? .similarity).recordNames
                members.append(
                    member(names.one, names.several, scores.similarities.map { .number("\($0)") }))
                members += scores.members
            }
            if let oldText { members.append(JSONMember("old_caption", .string(oldText))) }
            if keepsOldText { members.append(JSONMember("kept", .string(KeptCaption.old.rawValue))) }
            if let note = captions.first?.note { members.append(JSONMember("note", .string(note))) }
        case .failure(let failure):
            members.append(JSONMember("error", failure.json))
        }
        return .object(members)
    }

    private func member(_ name: String, _ plural: String, _ values: [JSONValue]) -> JSONMember {
        if !shape.isList, let value = values.first { return JSONMember(name, value) }
        return JSONMember(plural, .array(values))
    }
}

extension ItemFailure {
    /// `{"stage": ..., "message": ...}`.
    package var json: JSONValue {
        .object([JSONMember("stage", .string(stage.rawValue)), JSONMember("message", .string(message))])
    }
}
