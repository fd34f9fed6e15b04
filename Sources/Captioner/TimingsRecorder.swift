import CaptionerTensorCore

/// Adds up the timings of calls that it is passed to, from any task.
public final class TimingsRecorder: Sendable {
    private let total = Locked(StageTimings())

    /// A recorder whose timings are 0.
    public init() {}

    /// The sum so far.
    public var timings: StageTimings { total.withLock { $0 } }

    func add(_ timings: StageTimings) { total.withLock { $0 += timings } }
}
