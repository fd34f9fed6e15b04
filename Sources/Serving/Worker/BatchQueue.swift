import Foundation

/// Requests between the thread that reads them and the tasks that answer them.
///
/// At most two batches are being answered. The second is taken only when as many requests wait as a batch may have, since
/// more are likely to come while the model is busy; when nothing is being answered, one request is a batch. The reading
/// thread waits while enough requests are waiting for a batch, so memory stays flat however much is sent.
final class BatchQueue<Request: Sendable>: @unchecked Sendable {
    private let batchSize: Int
    private let byteLimit: Int
    private let size: @Sendable (Request) -> Int
    private let condition = NSCondition()
    private var requests: [Request] = []
    private var byteCount = 0
    private var hasEnded = false
    private var failure: (any Error)?
    private var batchesAtWork = 0
    private var waiting: CheckedContinuation<Void, Never>?

    /// - Parameters:
    ///   - batchSize: the most requests that are taken together.
    ///   - byteLimit: N bytes are enough for a batch, however few requests they are.
    ///   - size: the bytes of a request.
    init(batchSize: Int, byteLimit: Int, size: @escaping @Sendable (Request) -> Int) {
        self.batchSize = batchSize
        self.byteLimit = byteLimit
        self.size = size
    }

    private var isFull: Bool { requests.count >= batchSize || byteCount >= byteLimit }

    private var isReady: Bool {
        guard !requests.isEmpty else { return hasEnded }
        return batchesAtWork == 0 || batchesAtWork == 1 && (isFull || hasEnded)
    }

    /// Adds a request, after waiting for room. Blocks the calling thread.
    /// - Returns: false if no more requests are wanted.
    func add(_ request: Request) -> Bool {
        let woken: CheckedContinuation<Void, Never>?
        condition.lock()
        while isFull, !hasEnded { condition.wait() }
        let isWanted = !hasEnded
        if isWanted {
            requests.append(request)
            byteCount += size(request)
        }
        woken = takeWaiting()
        condition.unlock()
        woken?.resume()
        return isWanted
    }

    /// Says that no requests come any more. Those that are waiting are still answered.
    /// - Parameters:
    ///   - failure: why, if it is not the end of the input.
    ///   - drop: whether what is waiting is dropped unanswered.
    func end(failure: (any Error)? = nil, drop: Bool = false) {
        let woken = condition.withLock {
            hasEnded = true
            if self.failure == nil { self.failure = failure }
            if drop { requests = [] }
            condition.broadcast()
            return takeWaiting()
        }
        woken?.resume()
    }

    /// Takes the requests of a batch, one at least, as soon as they can be answered; none at the end of the input.
    /// The consumer calls `finish` when the requests are answered.
    /// - Throws: what the input ended with, after all requests.
    func take() async throws -> [Request] {
        while true {
            if let batch = try takeNow() { return batch }
            await withCheckedContinuation { continuation in
                let isReady = condition.withLock {
                    if !self.isReady { waiting = continuation }
                    return self.isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Says that a batch was answered.
    func finish() {
        let woken = condition.withLock {
            batchesAtWork -= 1
            return takeWaiting()
        }
        woken?.resume()
    }

    private func takeNow() throws -> [Request]? {
        try condition.withLock {
            guard isReady else { return nil }
            if requests.isEmpty, let failure { throw failure }
            let batch = requests
            requests = []
            byteCount = 0
            if !batch.isEmpty { batchesAtWork += 1 }
            condition.broadcast()
            return batch
        }
    }

    /// The task that waits for requests, if there is reason to wake it. The lock is held.
    private func takeWaiting() -> CheckedContinuation<Void, Never>? {
        guard isReady, let continuation = waiting else { return nil }
        waiting = nil
        return continuation
    }
}
