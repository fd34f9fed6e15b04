import CaptionerFiles
import CaptionerImageProcessing
import Foundation

/// An operator that keeps the first of samples whose images look alike: equal perceptual hashes, all of them in their
/// order. An image that a sample names twice counts once. Samples without images are kept.
package struct ImageDeduplicator: Sendable {
    static let name = "image_deduplicator"

    private let considersText: Bool

    private enum Method: String, CaseIterable {
        case phash
    }

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        _ = try parameters.choice("method", Method.self)
        considersText = try parameters.truth("consider_text") ?? false
    }

    /// The samples' keys, nil for one that is no other's like. Images are decoded several at once.
    /// - Throws: `CancellationError`.
    func keys(of samples: [JudgedSample]) async throws -> [Result<ImageKey?, ItemFailure>] {
        try await concurrentMap(samples, atOnce: ProcessInfo.processInfo.activeProcessorCount) { sample in
            Result { () throws(ItemFailure) in try key(of: sample) }
        }
    }

    private func key(of sample: JudgedSample) throws(ItemFailure) -> ImageKey? {
        let hashes = try ImageKey.perceptualHashes(
            sample.sample.images(), sample.pictures(),
            by: ImageDecoder(orientation: sample.profile == .betterSynth ? .ignore : .apply))
        guard considersText else { return hashes.isEmpty ? nil : ImageKey(Data(hashes.utf8)) }
        return ImageKey(Data((hashes + "\n" + (try sample.text()).strippingWhitespace()).utf8))
    }
}
