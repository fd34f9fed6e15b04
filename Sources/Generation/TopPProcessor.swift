import CaptionerTensorCore
import Foundation

/// Keeps the smallest set of most probable tokens whose probabilities reach `mass` together (Holtzman et al., nucleus
/// sampling, arXiv 1904.09751). `TopPLogitsWarper` in transformers.
///
/// Where the mass is reached within equally probable tokens, those with the higher ids stay; there, transformers' choice
/// depends on the machine.
package struct TopPProcessor: LogitsProcessor {
    private let mass: Double
    private let minimumKept: Int

    /// - Parameters:
    ///   - mass: 0 to 1.
    ///   - minimumKept: how many tokens stay in any case.
    package init(mass: Double, minimumKept: Int = 1) {
        self.mass = mass
        self.minimumKept = minimumKept
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        // Tokens that are ruled out already add nothing to the sum.
        let candidates = logits.indices.filter { logits[$0] > -.infinity }
            // From the least probable up; of equal ones, the first id goes first.
            .sorted { (logits[$0], $0) < (logits[$1], $1) }
        let normalizer = logSumExp(UnsafePointer(logits.baseAddress!), count: logits.count)
        // The bound is computed in double precision and compared in single, as PyTorch does.
        let bound = Float(1 - mass)
        var sum = 0.0
        for index in candidates.dropLast(minimumKept) {
            sum += Double(expf(logits[index] - normalizer))
            guard Float(sum) <= bound else { return }
            logits[index] = -.infinity
        }
    }
}
