import CaptionerJSON

extension SampleRows {
    /// A chunk of a row.
    struct RowChunk {
        /// Without the token that ends it.
        var text: String
        /// Nil for a chunk without an image, whose text stays.
        var kept: KeptCaption?
        /// What the statistics have of a chunk with an image.
        var similarity: Float?
        var oldSimilarity: Float?
        var newSimilarity: Float?
        /// Of the old text under the captioner, the mean of the chunk's images.
        var logProbability: Float = 0
    }

    /// A chunk with its new text, or with its old one where that is kept.
    /// - Parameter newText: nil for a chunk that keeps its old one.
    func rowChunk(
        _ placed: (chunk: TextChunk, images: Range<Int>), newText: String?, _ logProbabilities: [Float],
        _ scores: ItemScores?
    ) -> RowChunk {
        let (chunk, images) = placed
        var result = RowChunk(text: newText ?? chunk.text)
        if !images.isEmpty || options.profile != nil { result.kept = newText == nil ? .old : .new }
        guard let scoring, let scores, !images.isEmpty else { return result }
        let oldWords = chunk.words(fields)
        let compares = newText != nil && scoring.keeps == .better && !oldWords.isEmpty
        guard scoring.writesStats || compares else { return result }
        let old = newText == nil || !oldWords.isEmpty ? scores.similarity(of: images, oldWords) : nil
        let new = newText.map {
            scores.similarity(of: images, TextChunk(text: $0, imageCount: images.count).words(fields))
        }
        if compares, let old, let new, !(new > old) { (result.text, result.kept) = (chunk.text, .old) }
        (result.oldSimilarity, result.newSimilarity) = (old, new)
        result.similarity = result.kept == .old ? old : new
        result.logProbability = images.reduce(0) { $0 + logProbabilities[$1] } / Float(images.count)
        return result
    }

    /// The statistics of a row, as Data-Juicer's filter of the measure has them; without a profile also the
    /// similarities of the old and the new texts, and which were kept.
    /// - Returns: nil where none are wanted.
    func stats(_ chunks: [RowChunk], _ scores: ItemScores) -> JSONValue? {
        guard let scoring, scoring.writesStats else { return nil }
        let scored = chunks.filter { $0.similarity != nil }
        func list(_ value: (RowChunk) -> Float?) -> JSONValue {
            .array(
                scored.map { chunk in
                    guard let value = value(chunk) else { return .null }
                    return .number(number(Double(value * scores.statFactor)))
                })
        }
        let name = scoring.measure.statName
        var members = [JSONMember(ExactString(name), list(\.similarity))]
        guard options.profile == nil else { return .object(members) }
        if scoring.captions {
            members += [
                JSONMember("old_\(name)", list(\.oldSimilarity)),
                JSONMember("new_\(name)", list(\.newSimilarity)),
            ]
        }
        if scoring.mayKeepOld {
            members.append(
                JSONMember("kept", .array(scored.map { .string(($0.kept ?? .old).rawValue) })))
        }
        if scoring.scoresLogProbability {
            members.append(
                JSONMember(
                    "caption_log_probability",
                    .array(scored.map { .number(number(Double($0.logProbability))) })))
        }
        return .object(members)
    }

    private func number(_ value: Double) -> String {
        options.profile == .betterSynth ? value.pandasRepresentation : value.pythonRepresentation
    }
}
