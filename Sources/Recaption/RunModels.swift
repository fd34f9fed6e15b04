package import Captioner
package import CaptionerDataSets
import Synchronization
package import SystemPackage

/// What a run computes with: a captioner, a model that scores texts, or both.
package struct RunModels: Sendable {
    /// Nil where nothing is captioned.
    package var captioner: Captioner?
    package var scorer: Scorer?

    /// A model that says how similar images and texts are, and what is made of that.
    package struct Scorer: Sendable {
        package var encoder: ImageTextEncoder
        package var rules: ScoringRules
        /// The folder that embeddings are written to, if they are.
        package var embeddings: FilePath?

        /// What the encoder is asked for.
        var purpose: ImageTextEncoder.Purpose { rules.measure == .matching ? .matching : .similarity }

        package init(_ encoder: ImageTextEncoder, _ rules: ScoringRules) {
            self.encoder = encoder
            self.rules = rules
        }
    }

    package init(_ captioner: Captioner? = nil, scorer: Scorer? = nil) {
        self.captioner = captioner
        self.scorer = scorer
    }

    /// Distinguishes the files of a model, which are read once for all runs.
    /// - Throws: as `ModelFingerprint.of`.
    func fingerprint(of folder: FilePath) throws -> String {
        if let known = fingerprints.value.withLock({ $0[folder] }) { return known }
        let fingerprint = try ModelFingerprint.of(folder)
        fingerprints.value.withLock { $0[folder] = fingerprint }
        return fingerprint
    }

    private let fingerprints = Fingerprints()

    private final class Fingerprints: Sendable {
        let value = Mutex<[FilePath: String]>([:])
    }

    var batchSize: Int { captioner?.options.batchSize ?? scorer?.encoder.options.batchSize ?? 1 }
}
