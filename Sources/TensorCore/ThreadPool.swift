import Foundation
import Synchronization

/// A fixed team of threads that share the iterations of a loop.
///
/// One loop runs at a time. A decode step consists of some two hundred short loops, so workers spin for a moment, waiting
/// for the next one, before they sleep.
package final class ThreadPool: Sendable {
    /// Threads that work on a loop, the calling one included.
    package let threadCount: Int
    private let team = Team()

    package init(threadCount: Int) {
        precondition(threadCount >= 1, "ThreadPool: \(threadCount) threads")
        self.threadCount = threadCount
        for index in 1..<max(threadCount, 1) {
            let thread = Thread { [team] in team.work(as: index) }
            thread.name = "captioner-\(index)"
            thread.start()
        }
    }

    deinit { team.dismiss() }

    /// Calls `body` once for each index below `count`, spread over the threads, and returns when all calls have.
    ///
    /// Which thread takes which index is left to chance, so an iteration must write memory of its own and must not
    /// depend on another one. `body` must not call `forEach` of the same pool.
    package func forEach(_ count: Int, _ body: (Int) -> Void) {
        forEach(count) { index, _ in body(index) }
    }

    /// The same with memory of the thread's own: locking for each index would make the threads wait for one another.
    /// - Parameters:
    ///   - scratchBytes: how much of it, with arbitrary content.
    ///   - cache: what lends it.
    package func forEach(
        _ count: Int, scratchBytes: Int, from cache: BufferCache, _ body: (Int, UnsafeMutableRawPointer) -> Void
    ) {
        // Threads that write to one cache line would wait for one another, too.
        let stride = BufferCache.aligned(scratchBytes)
        cache.withScratch(byteCount: threadCount * stride) { memory in
            forEach(count) { index, thread in body(index, memory + thread * stride) }
        }
    }

    /// The same with the number of the thread, below ``threadCount``, which has one index at a time.
    private func forEach(_ count: Int, _ body: (Int, Int) -> Void) {
        guard threadCount > 1, count > 1 else {
            for index in 0..<max(count, 0) { body(index, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pointer in
                let loop = Loop(count: count, body: pointer)
                team.start(loop)
                loop.takePart(as: 0)
                loop.waitUntilDone()
            }
        }
    }
}

/// One loop: the next index to take and how many are done.
///
/// Unchecked, because the pointer to the body is followed only for an index below `count`, and the loop's caller keeps
/// the body until all of those are done.
///
/// Orderings, for processors that reorder memory accesses: What the caller wrote before the loop is seen by a worker since
/// both lock `Team.current`, so taking an index needs no ordering. What an iteration wrote is seen by the caller since
/// the addition to `done` releases it: the additions of all threads form one release sequence, and the caller acquires
/// its last one.
private final class Loop: @unchecked Sendable {
    private let count: Int
    private let body: UnsafePointer<(Int, Int) -> Void>
    private let next = Atomic<Int>(0)
    private let done = Atomic<Int>(0)

    init(count: Int, body: UnsafePointer<(Int, Int) -> Void>) {
        self.count = count
        self.body = body
    }

    func takePart(as thread: Int) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            call(index, thread)
            done.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Not inlined, so that the reference to the body is gone before the index counts as done.
    @inline(never)
    private func call(_ index: Int, _ thread: Int) { body.pointee(index, thread) }

    func waitUntilDone() {
        var spins = 0
        while done.load(ordering: .acquiring) < count {
            spins += 1
            // The last iterations run on other threads: give way when they have no core of their own.
            if spins % 1024 == 0 { sched_yield() }
        }
    }
}

/// The workers' side: where a loop is published and where they wait for the next.
///
/// Orderings: No wake-up is lost, since of the two pairs "add to generation, read sleepers" and "add to sleepers, read
/// generation" one comes first in the single order of sequentially consistent accesses: either the publisher sees the
/// sleeper, or that one sees the new generation. In the first case the sleeper holds the lock from before it is counted
/// until it waits, so the broadcast does not come too early. A worker that sees a new generation, which it
/// acquires, sees its state or a later one in `current`; one that sees a later state before its generation takes part in that loop twice,
/// and the second time finds no index left.
private final class Team: Sendable {
    /// About 50 microseconds of spinning: longer than the gap between two loops of a decode step.
    private static let spinLimit = 20_000

    private let generation = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let current = Locked<State>(.idle)
    private let wakeUp = NSCondition()

    private enum State {
        case idle
        case running(Loop)
        case dismissed
    }

    func start(_ loop: Loop) { publish(.running(loop)) }

    func dismiss() { publish(.dismissed) }

    private func publish(_ state: State) {
        current.withLock { $0 = state }
        generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            wakeUp.lock()
            wakeUp.broadcast()
            wakeUp.unlock()
        }
    }

    func work(as thread: Int) {
        var seen = 0
        while true {
            waitForGeneration(after: seen)
            seen = generation.load(ordering: .acquiring)
            switch current.withLock({ $0 }) {
            case .idle: continue
            case .running(let loop): loop.takePart(as: thread)
            case .dismissed: return
            }
        }
    }

    private func waitForGeneration(after seen: Int) {
        for _ in 0..<Self.spinLimit where generation.load(ordering: .acquiring) != seen { return }
        guard generation.load(ordering: .acquiring) == seen else { return }
        wakeUp.lock()
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while generation.load(ordering: .sequentiallyConsistent) == seen { wakeUp.wait() }
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        wakeUp.unlock()
    }
}
