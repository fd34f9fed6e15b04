import Foundation
import TestSupport
import Testing

@testable import CaptionerFiles
@testable import CaptionerServing

@Suite(.timeLimit(.minutes(45))) struct BatchQueueTests {
    private func line(_ text: String) -> InputLine { .bytes(Array(text.utf8)) }

    /// One line is a batch when nothing is at work; then only a full one is, until that is done.
    @Test func onlyFullBatchesAreTakenAhead() async throws {
        let queue = BatchQueue<InputLine>(batchSize: 2, byteLimit: 100, size: \.byteCount)
        #expect(queue.add(line("a")))
        #expect(try await queue.take() == [line("a")])
        #expect(queue.add(line("b")))
        try await Watchdog.guarding { () async throws -> Void in
            async let next = queue.take()
            #expect(queue.add(line("c")))
            #expect(try await next == [line("b"), line("c")])
            #expect(queue.add(line("d")))
            async let last = queue.take()
            queue.finish()
            queue.finish()
            #expect(try await last == [line("d")])
        }
        queue.end()
        #expect(try await queue.take() == [])
    }

    /// A reader that is ahead waits: of any number of lines no more than a batch is held.
    @Test(arguments: [(3, 1000), (1000, 3)]) func batchesAreNoLargerThanTheLimits(lines: Int, bytes: Int) async throws {
        let queue = BatchQueue<InputLine>(batchSize: lines, byteLimit: bytes, size: \.byteCount)
        Thread.detachNewThread { [self] in
            for _ in 0..<100 { _ = queue.add(line("x")) }
            queue.end()
        }
        var count = 0
        try await Watchdog.guarding {
            while case let batch = try await queue.take(), !batch.isEmpty {
                #expect(batch.count <= 3)
                count += batch.count
                queue.finish()
            }
        }
        #expect(count == 100)
    }

    @Test func whatWaitsIsAnsweredAfterTheEndUnlessItIsDropped() async throws {
        let queue = BatchQueue<InputLine>(batchSize: 2, byteLimit: 100, size: \.byteCount)
        #expect(queue.add(line("a")))
        queue.end(failure: CancellationError())
        #expect(!queue.add(line("b")))
        #expect(try await queue.take() == [line("a")])
        await #expect(throws: CancellationError.self) { try await queue.take() }
        let dropped = BatchQueue<InputLine>(batchSize: 2, byteLimit: 100, size: \.byteCount)
        #expect(dropped.add(line("a")))
        dropped.end(drop: true)
        #expect(try await dropped.take() == [])
    }
}
