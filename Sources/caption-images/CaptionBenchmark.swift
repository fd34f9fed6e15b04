import Captioner
import CaptionerRecaption
import Foundation

/// How long captions take at a batch size. Images are read, decoded and made ready while the model runs on the batch before,
/// as in a run.
struct CaptionBenchmark {
    let captioner: Captioner
    let images: [ImageSource]
    let options: Captioner.GenerationOptions

    /// What came out for a batch size.
    struct Figure: Sendable, Codable {
        var batchSize: Int
        /// Batches that were timed, after one that was not.
        var runs: Int
        /// The median of those batches.
        var secondsPerImage: Double
        var imagesPerSecond: Double
        var tokensPerImage: Double
        /// Shares of the time by stage, of all batches.
        var shares: [Share]
        /// The largest resident memory of the process so far, mapped weights included.
        var peakResidentBytes: Int
    }

    struct Share: Sendable, Codable {
        var stage: String
        var share: Double
    }

    /// The most batches that are timed.
    private static let mostRuns = 15

    /// Captions a batch to warm up, and then one at least, until it is time to end or there are enough.
    /// - Throws: `CaptionFailure` for an image that has no caption; `CaptionerError.invalidOption`; `CancellationError`.
    func callAsFunction(batchSize: Int, until deadline: ContinuousClock.Instant) async throws -> Figure {
        let recorder = TimingsRecorder()
        var outcomes = captioner.captions(
            for: EndlessImages(images: images), batchSize: batchSize, options: options, timings: recorder
        ).makeAsyncIterator()
        var batches: [Double] = []
        var last = 0.0
        repeat {
            let start = ContinuousClock.now
            for _ in 0..<batchSize { _ = try await outcomes.next()?.result.get() }
            last = (ContinuousClock.now - start) / .seconds(1)
            batches.append(last)
        } while batches.count < 2
            || batches.count <= Self.mostRuns && ContinuousClock.now.advanced(by: .seconds(last)) < deadline
        // The first takes memory, reads what the system's cache of files has not, and has no images ready.
        let timed = batches.dropFirst().sorted()
        let median = (timed[(timed.count - 1) / 2] + timed[timed.count / 2]) / 2
        let timings = recorder.timings
        return Figure(
            batchSize: batchSize, runs: timed.count, secondsPerImage: median / Double(batchSize),
            imagesPerSecond: median > 0 ? Double(batchSize) / median : 0,
            tokensPerImage: Double(timings.newTokens) / Double(max(timings.images, 1)),
            shares: Self.shares(timings), peakResidentBytes: ProcessMemory.peakResidentBytes)
    }

    private static func shares(_ timings: StageTimings) -> [Share] {
        let stages = [("wait_for_images", timings.imageDecode)] + timings.stages.map { ($0.name, $0.seconds) }
        let total = stages.reduce(0) { $0 + $1.1 }
        return total > 0 ? stages.map { Share(stage: $0.0, share: $0.1 / total) } : []
    }
}

/// Images over and over.
private struct EndlessImages: Sequence {
    let images: [ImageSource]

    func makeIterator() -> AnyIterator<ImageSource> {
        var index = 0
        return AnyIterator {
            guard !images.isEmpty else { return nil }
            defer { index = (index + 1) % images.count }
            return images[index]
        }
    }
}
