#if Server
    import Dispatch

    /// Threads for what takes long: reading bodies and decoding images. Those of another quality of service are others than
    /// Swift's shared ones.
    final class WorkExecutor: TaskExecutor {
        static let shared = WorkExecutor()
        private let queue = DispatchQueue(label: "captioner.serving", qos: .utility, attributes: .concurrent)

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
#endif
