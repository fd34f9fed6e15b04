/// What a model says of a text and an image, and what rows call it.
package enum ScoreMeasure: String, Sendable {
    /// The cosine similarity of their embeddings.
    case similarity
    /// The probability that they match, which a model finds out by looking at both together.
    case matching

    /// Its name in `__dj__stats__`, as Data-Juicer's filters have it.
    package var statName: String {
        switch self {
        case .similarity: ImageTextSimilarityFilter.statNames[0]
        case .matching: ImageTextMatchingFilter.statNames[0]
        }
    }

    /// Its name in the record of an image, of one text and of several.
    package var recordNames: (one: String, several: String) {
        switch self {
        case .similarity: ("similarity", "similarities")
        case .matching: ("matching_score", "matching_scores")
        }
    }
}
