import CaptionerTensorCore

/// Adds up timings from any task.
public final class TimingsRecorder: Sendable {
    private let total = Locked(StageTimings())

    /// A recorder that has seen nothing.
    public init() {}

    /// What was added so far.
    public var timings: StageTimings { total.withLock { $0 } }

    func add(_ timings: StageTimings) { total.withLock { $0 += timings } }
}
