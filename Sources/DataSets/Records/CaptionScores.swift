import CaptionerJSON

/// How similar an image's texts are to it: `"similarity"` of the caption, or `"similarities"` of several; of an old text
/// `"old_caption"` and `"old_similarity"`; of a new caption that was not kept `"new_caption"` and `"new_similarity"`; and
/// where one of the two was chosen `"kept"`, `"old"` or `"new"`. Another measure has its own names in place of the first two.
package struct CaptionScores: Sendable, Equatable {
    package struct ScoredText: Sendable, Equatable {
        package var text: String
        package var similarity: Float
    }

    /// Of each caption in the record.
    package var similarities: [Float]
    package var old: ScoredText?
    package var rejected: ScoredText?
    package var kept: KeptCaption?

    /// The names of the columns in CSV.
    static func columns(_ measure: ScoreMeasure) -> [String] {
        [measure.recordNames.one, "old_caption", "old_similarity", "new_caption", "new_similarity", "kept"]
    }

    /// A value for each column; several captions' in one, a line each.
    static func fields(_ scores: CaptionScores?) -> [String] {
        [
            scores?.similarities.map { "\($0)" }.joined(separator: "\n") ?? "", scores?.old?.text ?? "",
            scores?.old.map { "\($0.similarity)" } ?? "", scores?.rejected?.text ?? "",
            scores?.rejected.map { "\($0.similarity)" } ?? "", scores?.kept?.rawValue ?? "",
        ]
    }

    /// Its members after the similarity of the captions.
    var members: [JSONMember] {
        var members: [JSONMember] = []
        for (name, scored) in [("old", old), ("new", rejected)] {
            guard let scored else { continue }
            members.append(JSONMember("\(name)_caption", .string(scored.text)))
            members.append(JSONMember("\(name)_similarity", .number("\(scored.similarity)")))
        }
        if let kept { members.append(JSONMember("kept", .string(kept.rawValue))) }
        return members
    }
}
