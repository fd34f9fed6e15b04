/// What is kept of an image's texts, and how similar they are.
struct ScoredCaptions {
    var captions: [ImageCaption]
    var scores: CaptionScores
}

extension ScoringRules {
    /// - Parameters:
    ///   - answer: the image's captions, or its old text if it was spared.
    ///   - image: the number of its task.
    /// - Returns: nil for an image without captions.
    func scored(_ answer: ImageAnswer, _ image: Int, _ scores: ItemScores?) -> ScoredCaptions? {
        guard let scores, case .success(var kept) = answer, let first = kept.first else { return nil }
        func scored(_ text: String) -> CaptionScores.ScoredText {
            .init(text: text, similarity: scores.similarity(of: image, text))
        }
        // Where nothing is captioned, the old text is the caption.
        let old = captions ? scores.oldTexts[image].flatMap { $0.isEmpty ? nil : scored($0) } : nil
        var similarities = kept.map { scores.similarity(of: image, $0.text) }
        if choosesMostSimilar, let best = similarities.firstIndexOfLargest {
            kept = [kept[best]]
            similarities = [similarities[best]]
        }
        var result = ScoredCaptions(
            captions: kept, scores: CaptionScores(similarities: similarities, old: old))
        guard let old, mayKeepOld else { return result }
        result.scores.kept = first.isOld ? .old : .new
        if !first.isOld, keeps == .better, !(similarities[0] > old.similarity) {
            result.scores.rejected = scored(kept[0].text)
            result.captions = [
                ImageCaption(text: old.text, logProbability: .nan, note: first.note, isOld: true)
            ]
            result.scores.similarities = [old.similarity]
            result.scores.kept = .old
        }
        return result
    }
}

extension [Float] {
    /// Of several the first.
    var firstIndexOfLargest: Int? { indices.max { self[$0] < self[$1] || (self[$0] == self[$1] && $0 > $1) } }
}
