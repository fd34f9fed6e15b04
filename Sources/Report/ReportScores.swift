import CaptionerDataSets
import CaptionerJSON

/// How similar a row's texts are to its images: those of an image, or of a sample each chunk with images, in order.
///
/// What is no number is nil.
struct ReportScores: Sendable, Equatable {
    /// Of the texts that the row has now.
    var texts: [Double?]
    /// Of those that there were before.
    var old: [Double?] = []
    /// Of the new ones, whether they were kept or not; empty if they are the texts.
    var new: [Double?] = []
    /// Which were kept, where there was a choice.
    var kept: [KeptCaption] = []
    /// The new caption of an image that was not kept. Samples say of one only how similar it was.
    var rejected: String?

    /// Of a record of an image.
    /// - Parameters:
    ///   - texts: of its captions; of the first it was chosen.
    ///   - kept: as it is written.
    /// - Returns: nil for a record without.
    init?(texts: [Double?], old: Double?, rejected: (text: String, score: Double?)?, kept: String?) {
        guard texts.contains(where: { $0 != nil }) || old != nil else { return nil }
        self.texts = texts
        guard let old else { return }
        self.old = [old]
        self.kept = kept.flatMap { KeptCaption(written: $0) }.map { [$0] } ?? []
        self.rejected = rejected?.text
        new = [self.kept == [.old] ? rejected?.score : texts.first ?? nil]
    }

    /// Of a sample, from its `__dj__stats__`.
    /// - Returns: nil for one without similarities.
    init?(stats: JSONValue?) {
        func list(_ prefix: String) -> [Double?] {
            let values =
                stats?["\(prefix)\(ScoreStats.similarity)"] ?? stats?["\(prefix)\(ScoreMeasure.matching.statName)"]
            return values?.elements?.map(\.finite) ?? []
        }
        texts = list("")
        guard texts.contains(where: { $0 != nil }) else { return nil }
        (old, new) = (list("old_"), list("new_"))
        let names = stats?["kept"]?.elements ?? []
        let read = names.compactMap { $0.text.flatMap { KeptCaption(written: $0) } }
        kept = read.count == names.count && read.count == texts.count ? read : []
    }

    /// Whether the run that wrote them must have had a new text: Data-Juicer itself writes no others than those of texts.
    var namesNewTexts: Bool { !old.isEmpty || !new.isEmpty || !kept.isEmpty }

    /// What the page is given.
    func members(_ rules: KeepingRules) -> [JSONMember] {
        var members: [JSONMember] = []
        func add(_ key: String, _ values: [JSONValue]) {
            if !values.isEmpty { members.append(JSONMember(key, .array(values))) }
        }
        func numbers(_ values: [Double?]) -> [JSONValue] {
            values.map { value in value.map { .number("\($0)") } ?? .null }
        }
        add("similarities", numbers(texts))
        add("oldSimilarities", numbers(old))
        add("newSimilarities", numbers(new))
        add("kept", kept.map { .string($0.rawValue) })
        add("why", reasons(rules).map { .string($0) })
        if let rejected { members.append(JSONMember("rejected", .string(rejected))) }
        return members
    }

    /// Of each choice which text was kept, and why as far as it is known.
    func reasons(_ rules: KeepingRules) -> [String] {
        kept.enumerated().map { number, kept in
            rules.reason(
                kept, old: number < old.count ? old[number] : nil, new: number < new.count ? new[number] : nil)
        }
    }
}

extension KeptCaption {
    /// What an output has; `better` is only asked for.
    fileprivate init?(written: String) {
        guard let kept = KeptCaption(rawValue: written), kept != .better else { return nil }
        self = kept
    }
}
