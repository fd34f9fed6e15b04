/// A batch whose images are prepared while the model is busy with the batch before.
///
/// The work stops when its last reference is dropped, after the images that are being decoded at that moment.
final class PrefetchedBatch: Sendable {
    let requests: [CaptionRequest]
    private let task: Task<[Result<PreparedImage, CaptionFailure>], any Error>

    /// Begins at once, with a lower priority than everything that is waited for.
    /// - Parameter prompt: the token ids that texts begin with where an image has no prompt of its own.
    init(_ requests: [CaptionRequest], by captioner: Captioner, prompt: [Int], timings: TimingsRecorder?) {
        self.requests = requests
        task = Task.detached(priority: .utility) {
            try await captioner.prepare(requests, prompt: prompt, timings: timings)
        }
    }

    deinit { task.cancel() }

    /// What came of the images, one result for each request. Waiting for it raises the work to the waiting task's priority.
    /// - Throws: `CancellationError` when the waiting task was cancelled, and then not before the work has stopped.
    func results() async throws -> [Result<PreparedImage, CaptionFailure>] {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Stops the work, and returns when it has stopped.
    func stop() async {
        task.cancel()
        _ = await task.result
    }
}
