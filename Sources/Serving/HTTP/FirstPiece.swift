import Synchronization

/// Tells the first of several calls from the others.
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
