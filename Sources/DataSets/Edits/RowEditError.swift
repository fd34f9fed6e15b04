/// Why captions of a row are not replaced.
package enum RowEditError: Error, Equatable, CustomStringConvertible {
    /// Whatever they would become.
    case fixed(String)
    /// What was to take their place.
    case invalid(String)

    package var description: String {
        switch self {
        case .fixed(let cause), .invalid(let cause): cause
        }
    }
}
