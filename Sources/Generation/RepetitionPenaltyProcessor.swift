/// Makes tokens that are there already less probable: a logit above 0 is divided by the penalty, one below multiplied
/// (Keskar et al., CTRL, arXiv 1909.05858). `RepetitionPenaltyLogitsProcessor` in transformers.
package struct RepetitionPenaltyProcessor: LogitsProcessor {
    private let penalty: Float

    /// - Parameter penalty: above 0; 1 changes nothing, larger values punish repetition.
    package init(penalty: Float) {
        self.penalty = penalty
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        // Once for each token that occurs, however often it does.
        for id in Set(history.prompt).union(history.generated) where logits.indices.contains(id) {
            logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty
        }
    }
}
