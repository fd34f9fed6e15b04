import CaptionerDataSets
import CaptionerFiles
import Foundation

/// Lines between the thread that reads them and the tasks that answer them.
///
/// Two batches at most are being answered. The second is taken only when as many lines wait as a batch may have, since
/// more are likely to come while the model is busy; when nothing is being answered, one line is a batch. The reading
/// thread waits while enough lines are waiting for a batch, so memory stays flat however much is sent.
final class RequestQueue: @unchecked Sendable {
    private let batchSize: Int
    private let byteLimit: Int
    private let condition = NSCondition()
    private var lines: [InputLine] = []
    private var byteCount = 0
    private var hasEnded = false
    private var failure: (any Error)?
    private var batchesAtWork = 0
    private var waiting: CheckedContinuation<Void, Never>?

    /// - Parameters:
    ///   - batchSize: the most lines that are taken together.
    ///   - byteLimit: so many bytes are enough for a batch, however few lines they are.
    init(batchSize: Int, byteLimit: Int) {
        self.batchSize = batchSize
        self.byteLimit = byteLimit
    }

    private var isFull: Bool { lines.count >= batchSize || byteCount >= byteLimit }

    private var isReady: Bool {
        guard !lines.isEmpty else { return hasEnded }
        return batchesAtWork == 0 || batchesAtWork == 1 && (isFull || hasEnded)
    }

    /// Adds a line, after waiting for room. Blocks the calling thread.
    /// - Returns: false if no more lines are wanted.
    func add(_ line: InputLine) -> Bool {
        let woken: CheckedContinuation<Void, Never>?
        condition.lock()
        while isFull, !hasEnded { condition.wait() }
        let isWanted = !hasEnded
        if isWanted {
            lines.append(line)
            byteCount += line.byteCount
        }
        woken = takeWaiting()
        condition.unlock()
        woken?.resume()
        return isWanted
    }

    /// Says that no lines come any more. Those that are waiting are still answered.
    /// - Parameters:
    ///   - failure: why, if it is not the end of the input.
    ///   - drop: whether nothing that is waiting is to be answered.
    func end(failure: (any Error)? = nil, drop: Bool = false) {
        let woken = condition.withLock {
            hasEnded = true
            if self.failure == nil { self.failure = failure }
            if drop { lines = [] }
            condition.broadcast()
            return takeWaiting()
        }
        woken?.resume()
    }

    /// Takes the lines of a batch, one at least, as soon as they are to be answered; none at the end of the input.
    /// Whoever takes lines says `finish` when they are answered.
    /// - Throws: what the input ended with, after all lines.
    func take() async throws -> [InputLine] {
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

    private func takeNow() throws -> [InputLine]? {
        try condition.withLock {
            guard isReady else { return nil }
            if lines.isEmpty, let failure { throw failure }
            let batch = lines
            lines = []
            byteCount = 0
            if !batch.isEmpty { batchesAtWork += 1 }
            condition.broadcast()
            return batch
        }
    }

    /// Who waits for lines, if there is reason to wake it. The lock is held.
    private func takeWaiting() -> CheckedContinuation<Void, Never>? {
        guard isReady, let continuation = waiting else { return nil }
        waiting = nil
        return continuation
    }
}
