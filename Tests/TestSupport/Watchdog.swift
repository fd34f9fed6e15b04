public import Foundation

/// Does something if it is not called off in time, so that what never ends does not keep a suite from ending.
public final class Watchdog: Sendable {
    /// For one process: far more than any takes, on a machine that has a lot else to do, too.
    public static let limit: TimeInterval = 300
    /// For what waits for tasks of the tests' own process: all tests share their threads, and may come first.
    public static let suiteLimit: TimeInterval = 3600

    private let condition = Condition()

    /// - Parameter bite: is called on a thread of its own.
    public init(after seconds: TimeInterval = limit, _ bite: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [condition] in
            if !condition.wait(until: Date(timeIntervalSinceNow: seconds)) { bite() }
        }
    }

    deinit { condition.set() }

    public func callOff() { condition.set() }

    /// Runs what blocks its thread if it goes wrong. There is no way to continue then: the process ends, and says in what.
    public static func guarding<Result>(
        _ test: String = #function, _ body: () throws -> Result
    ) rethrows -> Result {
        let watchdog = Watchdog(after: suiteLimit) { giveUp(test) }
        defer { watchdog.callOff() }
        return try body()
    }

    /// The same for what waits for others.
    public static func guarding<Result>(
        _ test: String = #function, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let watchdog = Watchdog(after: suiteLimit) { giveUp(test) }
        defer { watchdog.callOff() }
        return try await body()
    }

    private static func giveUp(_ test: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(test) hangs; the tests end here\n".utf8))
        _exit(1)
    }
}

/// Whether something has happened, to be waited for.
private final class Condition: @unchecked Sendable {
    private let condition = NSCondition()
    private var isSet = false

    func set() {
        condition.withLock {
            isSet = true
            condition.broadcast()
        }
    }

    /// - Returns: whether it happened in time.
    func wait(until date: Date) -> Bool {
        condition.withLock {
            while !isSet, condition.wait(until: date) {}
            return isSet
        }
    }
}
