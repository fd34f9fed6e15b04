import Foundation

/// A value that one thread at a time may use.
///
/// `Synchronization.Mutex` would do the same, but ThreadSanitizer does not see its hand-over, and reports false races.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    package init(_ value: sending Value) { self.value = value }

    package func withLock<Result>(_ body: (inout Value) throws -> sending Result) rethrows -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
