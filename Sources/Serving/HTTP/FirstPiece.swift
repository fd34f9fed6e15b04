import Synchronization

/// A flag that is true for the first of several calls.
package final class FirstPiece: Sendable {
    private let isNew = Mutex(true)

    package init() {}

    /// True once.
    package var isFirst: Bool {
        isNew.withLock { isNew in
            defer { isNew = false }
            return isNew
        }
    }
}
