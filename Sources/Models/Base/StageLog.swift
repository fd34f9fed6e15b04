package import CaptionerTensorCore

/// The stages that a model went through, in its own order and by its own names: how long each took, and, in a trace,
/// its result.
package final class StageLog {
    /// Seconds of wall-clock time for each stage, in the order in which they first began.
    package private(set) var seconds: [(name: String, seconds: Double)] = []
    private let observe: ((_ name: String, _ result: borrowing Tensor) -> Void)?

    /// - Parameter observe: is shown the result of each stage, under the name that other implementations have for it.
    package init(observe: ((_ name: String, _ result: borrowing Tensor) -> Void)? = nil) {
        self.observe = observe
    }

    /// Whether the results of stages are wanted, also those that the model does not need itself.
    package var isTraced: Bool { observe != nil }

    /// Runs and times the work of a stage, or of a part of one.
    /// - Parameters:
    ///   - stage: what its time is counted as.
    ///   - name: what its result is traced as.
    package func measure(
        _ stage: String, tracing name: String, _ work: () throws -> Tensor
    ) rethrows -> Tensor {
        let start = ContinuousClock.now
        let result = try work()
        add(stage, (ContinuousClock.now - start) / .seconds(1))
        observe?(name, result)
        return result
    }

    /// The same for a stage whose result no trace shows.
    package func measure<Result>(_ stage: String, _ work: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        let result = try work()
        add(stage, (ContinuousClock.now - start) / .seconds(1))
        return result
    }

    private func add(_ stage: String, _ duration: Double) {
        if let index = seconds.firstIndex(where: { $0.name == stage }) {
            seconds[index].seconds += duration
        } else {
            seconds.append((stage, duration))
        }
    }
}
