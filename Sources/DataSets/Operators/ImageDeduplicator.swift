import CaptionerFiles
import CaptionerImageProcessing
import CaptionerJSON
import Crypto
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

    /// What alike samples have in common: half a SHA-256.
    struct Key: Hashable, Sendable {
        private let high: UInt64
        private let low: UInt64

        init(_ text: String) {
            let bytes = Array(SHA256.hash(data: Data(text.utf8)))
            high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
            low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The samples' keys, nil for one that is no other's like. Images are decoded several at once.
    /// - Throws: `CancellationError`.
    func keys(of samples: [JudgedSample]) async throws -> [Result<Key?, ItemFailure>] {
        var results: [Result<Key?, ItemFailure>] = samples.map { _ in .success(nil) }
        try await withThrowingTaskGroup(of: (Int, Result<Key?, ItemFailure>).self) { group in
            var waiting = samples.enumerated().makeIterator()
            func addTask() {
                guard let (place, sample) = waiting.next() else { return }
                group.addTask {
                    try Task.checkCancellation()
                    return (place, Result { () throws(ItemFailure) in try key(of: sample) })
                }
            }
            for _ in 0..<max(ProcessInfo.processInfo.activeProcessorCount, 1) { addTask() }
            while let (place, result) = try await group.next() {
                results[place] = result
                addTask()
            }
        }
        return results
    }

    private func key(of sample: JudgedSample) throws(ItemFailure) -> Key? {
        var hashes = ""
        var seen: Set<ExactString> = []
        let decoder = ImageDecoder(orientation: sample.profile == .betterSynth ? .ignore : .apply)
        for (name, picture) in zip(try sample.sample.images(), try sample.pictures())
        where seen.insert(ExactString(name)).inserted {
            let data = try picture.bytes()
            do throws(ImageError) {
                hashes += PerceptualHash(try decoder.decode(data)).hexadecimal
            } catch {
                throw ItemFailure(stage: .decode, message: "\(name.pictureName): \(error)")
            }
        }
        guard considersText else { return hashes.isEmpty ? nil : Key(hashes) }
        return Key(hashes + "\n" + (try sample.text()).strippingWhitespace())
    }
}
