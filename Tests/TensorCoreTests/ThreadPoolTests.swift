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
