public import Captioner
import Foundation

/// Captions a list of images and writes their records, in order.
public struct CaptionRun {
    private let captioner: Captioner
    private let options: GenerationOptions
    private let images: [ImageFile]
    private let showsLogProbabilities: Bool

    /// - Parameter showsLogProbabilities: whether records tell how probable their captions are.
    public init(
        _ images: [ImageFile], captioner: Captioner, options: GenerationOptions, showsLogProbabilities: Bool = false
    ) {
        self.images = images
        self.showsLogProbabilities = showsLogProbabilities
        self.captioner = captioner
        self.options = options
    }

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - writer: gets the records batch by batch.
    ///   - progress: is told how far the run is, after each batch.
    /// - Returns: what was done and how long it took.
    /// - Throws: `RecaptionError.unwritableOutput`, `CaptionerError.invalidOption`, `CancellationError`.
    public func callAsFunction(
        to writer: RecordWriter, progress: (RunProgress) -> Void = { _ in }
    ) async throws -> RunProgress {
        let recorder = TimingsRecorder()
        let start = ContinuousClock.now
        var state = RunProgress(total: images.count)
        let batchSize = captioner.options.batchSize
        var batch: [CaptionRecord] = []
        let outcomes = captioner.captions(
            for: images.lazy.map { ImageSource.file($0.url) }, options: options, timings: recorder)
        for try await outcome in outcomes {
            batch.append(
                CaptionRecord(
                    path: images[outcome.index].path, captions: outcome.captions,
                    isList: options.numReturnSequences > 1, showsLogProbabilities: showsLogProbabilities))
            switch outcome.result {
            case .success(let caption):
                state.done += 1
                if caption.note != nil { state.noted += 1 }
            case .failure: state.failed += 1
            }
            guard batch.count == batchSize || state.finished == images.count else { continue }
            try measureSeconds(into: &state.writeSeconds) { try writer.write(batch) }
            batch.removeAll(keepingCapacity: true)
            state.seconds = (ContinuousClock.now - start) / .seconds(1)
            state.timings = recorder.timings
            progress(state)
        }
        state.seconds = (ContinuousClock.now - start) / .seconds(1)
        return state
    }
}

/// How far a run is.
public struct RunProgress: Sendable {
    /// Images of the run.
    public let total: Int
    /// Images that got a caption.
    public internal(set) var done = 0
    /// Of these, images with a note, such as truncated files, whose captions deserve a look.
    public internal(set) var noted = 0
    /// Images that got an error record.
    public internal(set) var failed = 0
    /// Wall-clock time since the start.
    public internal(set) var seconds = 0.0
    /// Of these, writing records.
    public internal(set) var writeSeconds = 0.0
    /// Of these, the stages of captioning.
    public internal(set) var timings = StageTimings()

    init(total: Int) { self.total = total }

    /// Images that have a record.
    public var finished: Int { done + failed }

    public var imagesPerSecond: Double { seconds > 0 ? Double(finished) / seconds : 0 }

    /// How long the rest takes at the rate so far; nil before the first image.
    public var secondsLeft: Double? { finished > 0 ? Double(total - finished) * seconds / Double(finished) : nil }
}
