import CaptionerDataSets
import CaptionerJSON

/// A row of a report: an image, or a sample of a data set, with what became of it.
struct ReportRow: Sendable, Equatable {
    /// What the output has for a row.
    enum Kind: Sendable {
        /// A record of one image.
        case image
        /// A sample with its text and images.
        case sample
    }

    struct Failure: Sendable, Equatable {
        var stage: String
        var message: String
    }

    var kind: Kind
    /// The place of the image or sample in the input as far as it is known, from 0: what rows are ordered by.
    var index = 0
    /// The number of its line in the output, from 1; 0 for a row that is not there.
    var line = 0
    /// As it is written if it is a text, else as JSON.
    var id: String?
    /// Paths as the output has them.
    var images: [String] = []
    var oldCaption: String?
    /// Best first.
    var captions: [String] = []
    /// In nats, as many as captions or none; nil for what is no number.
    var logProbabilities: [Double?] = []
    /// Where texts were scored.
    var scores: ReportScores?
    var note: String?
    var failure: Failure?

    /// Whether the text that the row has is not the model's, and what the model said of a caption not said of it.
    private var hasOldText: Bool { kind == .image && scores?.kept == [.old] }

    /// What the page is given. Members that are not there are left out.
    /// - Parameters:
    ///   - number: which row of the page this is, from 1.
    ///   - thumbnails: numbers of the images' thumbnails.
    ///   - rules: how the run chose between texts.
    func json(number: Int, thumbnails: [Int], _ rules: KeepingRules) -> JSONValue {
        var members = [JSONMember("row", .integer(number))]
        func add(_ key: String, _ value: String?) {
            if let value { members.append(JSONMember(key, .string(value))) }
        }
        func add(_ key: String, _ values: [JSONValue]) {
            if !values.isEmpty { members.append(JSONMember(key, .array(values))) }
        }
        add("id", id)
        add("images", images.map { .string($0.pictureName) })
        add("thumbnails", thumbnails.map { .integer($0) })
        add("old", oldCaption)
        add("captions", captions.map { .string($0) })
        add("scores", hasOldText ? [] : logProbabilities.map { value in value.map { .number("\($0)") } ?? .null })
        members += scores?.members(rules) ?? []
        add("note", note)
        add("stage", failure?.stage)
        add("message", failure?.message)
        return .object(members)
    }
}

extension JSONValue {
    /// A text as it is, nothing for null, anything else as JSON.
    var shownText: String? { isNull ? nil : text ?? json() }

    /// A number that can be drawn and sorted by.
    var finite: Double? { double.flatMap { $0.isFinite ? $0 : nil } }
}
