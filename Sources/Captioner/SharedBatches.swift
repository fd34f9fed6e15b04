/// Captions images of several tasks in batches that the tasks share.
///
/// Requests wait while the model runs. The next batch is the first of them and those with equal options, at most the
/// captioner's batch size. A caption does not depend on its batch.
actor SharedBatches {
    private struct Request {
        let id: Int
        let image: PreparedImage
        let plan: GenerationPlan
        let continuation: CheckedContinuation<[Caption], any Error>
    }

    private var waiting: [Request] = []
    private var running: [Request] = []
    /// What computes the running batch.
    private var work: Task<[Result<[Caption], CaptionFailure>], any Error>?
    private var isDraining = false
    private var lastID = 0
    /// The number of batches so far.
    private(set) var batchCount = 0

    /// The captions of an image.
    /// - Throws: `CaptionFailure`; `CancellationError` when the task was cancelled. The batch continues for the others then,
    ///   and stops if there are none.
    func captions(of image: PreparedImage, plan: GenerationPlan, by captioner: Captioner) async throws -> [Caption] {
        lastID += 1
        let id = lastID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                waiting.append(Request(id: id, image: image, plan: plan, continuation: continuation))
                guard !isDraining else { return }
                isDraining = true
                Task { await self.drain(captioner) }
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func drain(_ captioner: Captioner) async {
        while let first = waiting.first {
            let limit = min(captioner.options.batchSize, captioner.imagesAtOnce(first.plan))
            running = Array(waiting.lazy.filter { $0.plan.options == first.plan.options }.prefix(limit))
            waiting.removeAll { request in running.contains { $0.id == request.id } }
            batchCount += 1
            let images = running.map(\.image)
            let ids = running.map(\.id)
            let work = Task { try await captioner.generate(images, plan: first.plan, timings: nil) }
            self.work = work
            let outcome = await work.result
            // Requests that were cancelled meanwhile have left.
            for request in running {
                guard let place = ids.firstIndex(of: request.id) else { continue }
                request.continuation.resume(
                    with: outcome.flatMap { results in results[place].mapError { $0 as any Error } })
            }
            running = []
        }
        work = nil
        isDraining = false
    }

    private func cancel(_ id: Int) {
        if let place = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: place).continuation.resume(throwing: CancellationError())
        } else if let place = running.firstIndex(where: { $0.id == id }) {
            running.remove(at: place).continuation.resume(throwing: CancellationError())
            if running.isEmpty { work?.cancel() }
        }
    }
}
