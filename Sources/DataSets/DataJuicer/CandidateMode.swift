/// Which of an image's captions are kept: `keep_candidate_mode` of `image_captioning_mapper`.
package enum CandidateMode: String, Sendable, CaseIterable {
    /// One, drawn by the seed and the captions themselves, so the same in every run.
    case randomAny = "random_any"
    /// The one whose simhash is nearest to that of the old text.
    case similarOneSimhash = "similar_one_simhash"
    /// The one that is most similar to the image under CLIP; Data-Juicer has no such mode.
    case bestSimilarity = "best_similarity"
    /// All, each in a sample of its own.
    case all

    /// - Parameters:
    ///   - candidates: at least one.
    ///   - oldText: the words that they replace.
    ///   - profile: the version of Data-Juicer whose simhash counts.
    ///   - similarity: of a caption to its image.
    package func choose(
        among candidates: [String], oldText: String, seed: UInt64, profile: CompatibilityProfile? = nil,
        similarity: (String) -> Float = { _ in 0 }
    ) -> [String] {
        switch self {
        case .bestSimilarity: return [candidates[candidates.map(similarity).firstIndexOfLargest ?? 0]]
        case .all: return candidates
        case .randomAny: return [candidates[Self.draw(among: candidates, seed: seed)]]
        case .similarOneSimhash:
            func hash(_ text: String) -> SimilarityHash {
                SimilarityHash(text, leavesLastOut: profile == .betterSynth)
            }
            let old = hash(oldText)
            let distances = candidates.map { hash($0).distance(to: old) }
            let best = distances.indices.min { distances[$0] < distances[$1] } ?? 0
            return [candidates[best]]
        }
    }

    /// An index that the seed and the texts decide: the 64-bit FNV-1a hash, mixed, and scaled to the range.
    private static func draw(among texts: [String], seed: UInt64) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for text in texts {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(hash.multipliedFullWidth(by: UInt64(texts.count)).high)
    }
}
