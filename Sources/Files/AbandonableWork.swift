import Dispatch

/// Runs work that cannot be interrupted on another thread, and waits for it. A task that is cancelled meanwhile leaves the
/// work to itself.
/// - Throws: `CancellationError` when the task was cancelled; what `work` throws.
package func abandonable<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
    let (outcome, done) = (Outcome<Value>(), DispatchSemaphore(value: 0))
    DispatchQueue.global(qos: .userInitiated).async {
        outcome.result = Result { try work() }
        done.signal()
    }
    while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut { try Task.checkCancellation() }
    guard let result = outcome.result else { throw CancellationError() }
    return try result.get()
}

/// Written before the semaphore is signalled, and read after it.
private final class Outcome<Value: Sendable>: @unchecked Sendable {
    var result: Result<Value, any Error>?
}
