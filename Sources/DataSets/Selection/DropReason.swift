import CaptionerJSON

/// Why a row is not kept, in the order in which rows are judged.
enum DropReason: UInt8, Sendable, CaseIterable {
    case noObject = 1
    case missing
    case noNumber
    case below
    case above
    case outside
    case duplicate
    case skipped
    case beyond

    /// The reason as records and counts have it.
    /// - Parameter ranks: those that are kept, from 0.
    func text(_ selection: RowSelection, field: ScoreField?, ranks: Range<Int>) -> String {
        let minimum = selection.range.minimum.map { "\($0)" } ?? ""
        let maximum = selection.range.maximum.map { "\($0)" } ?? ""
        return switch self {
        case .noObject: "not a JSON object"
        case .missing: "no \(field?.name.string ?? "score")"
        case .noNumber: "\(field?.name.string ?? "score") is no number"
        case .below: "score below \(minimum)"
        case .above: "score above \(maximum)"
        case .outside: "scores below \(minimum) and above \(maximum)"
        case .duplicate: selection.duplicates?.reason ?? "duplicate"
        case .skipped: "skipped: rank up to \(ranks.lowerBound)"
        case .beyond: "rank above \(ranks.upperBound)"
        }
    }
}
