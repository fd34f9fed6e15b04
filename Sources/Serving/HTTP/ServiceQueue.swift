import Foundation

/// Counts the requests that are being answered or wait, and refuses those beyond a limit.
actor ServiceQueue {
    private let limit: Int
    private var count = 0
    private var isStopping = false
    private var idle: [CheckedContinuation<Void, Never>] = []
    /// The mean time between two answers while others waited, in seconds, the last ones weighing most; 0 until there was
    /// one.
    private var secondsPerAnswer = 0.0
    private var lastAnswer: ContinuousClock.Instant?

    init(limit: Int) { self.limit = limit }

    /// How many requests are in it.
    var length: Int { count }

    /// Answers a request, if there is room for it.
    /// - Throws: `ServiceError.busy`, `.stopping`, what `body` throws.
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

    /// - Throws: `ServiceError.busy`, `.stopping`.
    func check() throws {
        guard !isStopping else { throw ServiceError.stopping }
        guard count < limit else {
            throw ServiceError.busy(count, retryAfter: max(1, Int((Double(count) * secondsPerAnswer).rounded(.up))))
        }
    }

    private func enter() throws {
        try check()
        if count == 0 { lastAnswer = .now }
        count += 1
    }

    private func leave() {
        count -= 1
        let now = ContinuousClock.now
        if let lastAnswer {
            let seconds = (now - lastAnswer) / .seconds(1)
            secondsPerAnswer += (secondsPerAnswer == 0 ? 1 : 0.1) * (seconds - secondsPerAnswer)
        }
        lastAnswer = now
        guard count == 0 else { return }
        for waiting in idle { waiting.resume() }
        idle = []
    }

    /// Takes no more requests, and returns when those in it are answered.
    func stop() async {
        isStopping = true
        guard count > 0 else { return }
        await withCheckedContinuation { idle.append($0) }
    }
}
