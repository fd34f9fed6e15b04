import CaptionerTensorCore
import Dispatch

/// Runs models on a dispatch queue: a batch takes seconds, which would starve Swift's shared threads. Models on one
/// executor share its threads and memory, and take turns.
final class QueueExecutor: SerialExecutor {
    /// For operations on the queue.
    let context: ComputeContext
    private let queue = DispatchQueue(label: "captioner.inference", qos: .userInitiated)

    init(threadCount: Int, kernels: MatrixKernelSet) {
        context = ComputeContext(threadCount: threadCount, kernels: kernels)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
