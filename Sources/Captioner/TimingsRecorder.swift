import CaptionerTensorCore

/// Adds up the timings of calls that it is passed to, from any task.
///
/// ```swift
/// let recorder = TimingsRecorder()
/// for try await _ in captioner.captions(for: urls, timings: recorder) {}
/// for stage in recorder.timings.stages { print(stage.name, stage.seconds) }
/// ```
public final class TimingsRecorder: Sendable {
    private let total = Locked(StageTimings())

    /// A recorder whose timings are 0.
    public init() {}

    /// The sum so far.
    public var timings: StageTimings { total.withLock { $0 } }

    func add(_ timings: StageTimings) { total.withLock { $0 += timings } }
}
