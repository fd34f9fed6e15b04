import Dispatch

/// Runs an actor's work on a dispatch queue: a batch takes seconds, which would starve Swift's shared threads.
final class QueueExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "captioner.inference", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
