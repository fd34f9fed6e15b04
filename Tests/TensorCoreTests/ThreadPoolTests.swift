import CaptionerTensorCore
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct ThreadPoolTests {
    @Test(arguments: [1, 2, 4])
    func callsEachIndexOnce(threads: Int) {
        let pool = ThreadPool(threadCount: threads)
        for count in [0, 1, 2, 3, 100, 1000] {
            var calls = [Int](repeating: 0, count: count)
            calls.withUnsafeMutableBufferPointer { calls in
                Watchdog.guarding { pool.forEach(count) { calls[$0] += 1 } }
            }
            #expect(calls == [Int](repeating: 1, count: count))
        }
    }

    @Test(arguments: [1, 2, 4])
    func threadsHaveScratchMemoryOfTheirOwn(threads: Int) {
        let (pool, cache) = (ThreadPool(threadCount: threads), BufferCache())
        for count in [0, 1, 3, 100] {
            let kept = Atomic<Int>(0)
            Watchdog.guarding {
                pool.forEach(count, scratchBytes: 100, from: cache) { index, scratch in
                    Self.fill(scratch, with: UInt8(index))
                    // Others write meanwhile.
                    for _ in 0..<2000 { _ = kept.load(ordering: .relaxed) }
                    if Int(bitPattern: scratch) % 64 == 0, Self.holds(scratch, only: UInt8(index)) {
                        kept.wrappingAdd(1, ordering: .relaxed)
                    }
                }
            }
            #expect(kept.load(ordering: .relaxed) == count)
        }
    }

    /// Not inlined, since the compiler knows that a function's own memory keeps what it wrote.
    @inline(never) private static func fill(_ memory: UnsafeMutableRawPointer, with value: UInt8) {
        memory.initializeMemory(as: UInt8.self, repeating: value, count: 100)
    }

    @inline(never) private static func holds(_ memory: UnsafeMutableRawPointer, only value: UInt8) -> Bool {
        UnsafeRawBufferPointer(start: memory, count: 100).allSatisfy { $0 == value }
    }

    @Test func manyShortLoopsFinish() {
        let pool = ThreadPool(threadCount: 3)
        let total = Atomic<Int>(0)
        Watchdog.guarding {
            for _ in 0..<20_000 { pool.forEach(3) { total.wrappingAdd($0, ordering: .relaxed) } }
        }
        #expect(total.load(ordering: .relaxed) == 60_000)
    }

    @Test func manyPoolsComeAndGo() {
        let total = Atomic<Int>(0)
        Watchdog.guarding {
            for _ in 0..<100 {
                ThreadPool(threadCount: 4).forEach(8) { _ in total.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        #expect(total.load(ordering: .relaxed) == 800)
    }
}
