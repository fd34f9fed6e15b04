/// A batch whose pictures are prepared while the model is busy with the batch before.
///
/// The work stops when nobody holds it any more, after the pictures that are being decoded at that moment.
final class PreparationAhead: Sendable {
    let requests: [CaptionRequest]
    private let task: Task<[Result<PreparedImage, CaptionFailure>], any Error>

    /// Begins at once, behind everything that somebody waits for.
    /// - Parameter prompt: the token ids that texts begin with where an image has no prompt of its own.
    init(_ requests: [CaptionRequest], by captioner: Captioner, prompt: [Int], timings: TimingsRecorder?) {
        self.requests = requests
        task = Task.detached(priority: .utility) {
            try await captioner.prepare(requests, prompt: prompt, timings: timings)
        }
    }

    deinit { task.cancel() }

    /// What came of the pictures, one result for each request. Who waits for it lends the work its priority.
    /// - Throws: `CancellationError` when the waiting task was cancelled, and then not before the work has stopped.
    func results() async throws -> [Result<PreparedImage, CaptionFailure>] {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Stops the work, and returns when nothing of it goes on.
    func stop() async {
        task.cancel()
        _ = await task.result
    }
}
