import Foundation

/// Keeps tokens at least `share` times as probable as the most probable one (Nguyen et al., arXiv 2407.01082).
/// `MinPLogitsWarper` in transformers, from 4.39.
package struct MinPProcessor: LogitsProcessor {
    private let share: Float
    private let minimumKept: Int

    /// - Parameters:
    ///   - share: 0 to 1.
    ///   - minimumKept: how many tokens stay in any case.
    package init(share: Float, minimumKept: Int = 1) {
        self.share = share
        self.minimumKept = minimumKept
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        guard let top = logits.max(), top > -.infinity else { return }
        let kept = mostProbable(UnsafeBufferPointer(logits), count: minimumKept)
        // Probabilities have the same normaliser, so their ratio is that of e^logit.
        for index in logits.indices where expf(logits[index] - top) < share && !kept.contains(index) {
            logits[index] = -.infinity
        }
    }
}
