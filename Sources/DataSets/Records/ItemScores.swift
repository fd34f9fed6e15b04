import CaptionerJSON

/// The similarities of an item's images and texts, as far as they are known, and the old texts of its images.
///
/// What is asked for and not known is remembered, and counts as 0 meanwhile: who asks is asked again when it is known.
package final class ItemScores {
    private struct Pair: Hashable {
        let image: Int
        let text: ExactString
    }

    /// For each of the item's tasks, without white space at its ends; nil where there is none.
    package let oldTexts: [String?]
    /// What a score is multiplied by to be Data-Juicer's: for a cosine a hundredth of the model's scale.
    package let statFactor: Float
    package private(set) var missing: [(image: Int, text: String)] = []
    private var known: [Pair: Float] = [:]

    package init(oldTexts: [String?], statFactor: Float) {
        self.oldTexts = oldTexts
        self.statFactor = statFactor
    }

    /// The cosine of an image, by the number of its task, and a text.
    package func similarity(of image: Int, _ text: String) -> Float {
        let pair = Pair(image: image, text: ExactString(text))
        if let similarity = known[pair] { return similarity }
        // Asked for twice, it is missing once.
        known[pair] = 0
        missing.append((image, text))
        return 0
    }

    /// The mean of several images, as Data-Juicer's `reduce_mode: avg`.
    package func similarity(of images: Range<Int>, _ text: String) -> Float {
        guard !images.isEmpty else { return 0 }
        return images.reduce(0) { $0 + similarity(of: $1, text) } / Float(images.count)
    }

    /// Takes what was missing, in its order.
    package func fill(_ similarities: some Sequence<Float>) {
        for (pair, similarity) in zip(missing, similarities) {
            known[Pair(image: pair.image, text: ExactString(pair.text))] = similarity
        }
        missing = []
    }
}
