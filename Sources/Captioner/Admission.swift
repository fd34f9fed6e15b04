/// Limits how many simultaneous calls have decoded images, so that thousands of waiting calls hold URLs and not pixels.
/// Calls are admitted in their order.
actor Admission {
    private var free: Int
    private var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    private var lastID = 0
    /// The maximum number of calls that were inside at a time.
    private(set) var peak = 0
    private let limit: Int

    /// - Parameter limit: how many calls can be inside at a time, at least 1.
    init(limit: Int) { (self.limit, free) = (limit, limit) }

    /// Runs `body` when its turn has come.
    /// - Throws: `CancellationError` when the task was cancelled while it waited; what `body` throws.
    nonisolated func callAsFunction<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async throws {
        try Task.checkCancellation()
        if free > 0 {
            free -= 1
            peak = max(peak, limit - free)
            return
        }
        lastID += 1
        let id = lastID
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting.append((id, continuation))
                }
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func leave() {
        // The call that has waited longest takes the place.
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().continuation.resume() }
    }

    private func cancel(_ id: Int) {
        guard let place = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: place).continuation.resume(throwing: CancellationError())
    }
}
