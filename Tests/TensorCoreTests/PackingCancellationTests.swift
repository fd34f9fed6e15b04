import CaptionerTensorCore
import TestSupport
import Testing

/// A weight of gigabytes that is being packed when its task is cancelled.
@Suite(.timeLimit(.minutes(20))) struct PackingCancellationTests {
    /// Rows of a table of 5,120 that were read before packing stopped.
    private func rowsRead(cancelling: Bool) async -> Int {
        let (rowsRead, task) = (Locked(0), Locked<Task<Void, any Error>?>(nil))
        let packing = Task {
            while task.withLock({ $0 == nil }) { await Task.yield() }
            _ = try PackedWeights(columns: 5120, depth: 16_384, precision: .int8) { rows, target in
                target.update(repeating: 1, count: rows.count * 16_384)
                rowsRead.withLock { $0 += rows.count }
                if cancelling { task.withLock { $0 }?.cancel() }
            }
        }
        task.withLock { $0 = packing }
        switch await packing.result {
        case .success: #expect(!cancelling)
        case .failure(let error): #expect(cancelling && error is CancellationError)
        }
        return rowsRead.withLock { $0 }
    }

    @Test func packingStopsWithinAWeight() async {
        #expect(await rowsRead(cancelling: false) == 5120)
        let some = await rowsRead(cancelling: true)
        #expect(some > 0 && some < 2560)
    }
}
