package import CaptionerJSON

/// Why something is not saved.
package enum ReviewError: Error, CustomStringConvertible {
    case invalid(String)
    /// Rows that changed meanwhile, as `Review.rows(since:)` has them.
    case conflict(JSONValue)
    case nothingToUndo

    package var description: String {
        switch self {
        case .invalid(let cause): cause
        case .conflict: "another window changed this meanwhile"
        case .nothingToUndo: "there is nothing to undo"
        }
    }
}
