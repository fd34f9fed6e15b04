import CaptionerFiles
import Dispatch
import Testing

@Suite(.timeLimit(.minutes(20))) struct AbandonableWorkTests {
    private struct Failure: Error {}

    @Test func resultsAndErrorsArePassedOn() throws {
        #expect(try abandonable { 3 } == 3)
        #expect(throws: Failure.self) { try abandonable { throw Failure() } }
    }

    /// The work goes on until the test lets it end, and its task is gone before.
    @Test func aCancelledTaskLeavesTheWorkToItself() async {
        let (hasBegun, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let task = Task.detached {
            try abandonable {
                hasBegun.signal()
                end.wait()
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                hasBegun.wait()
                continuation.resume()
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        end.signal()
    }
}
