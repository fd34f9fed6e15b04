import CaptionerJSON

/// The values of a stat with which a sample is kept.
struct ValueRange: Sendable, Equatable {
    var lowest: Double
    var highest: Double
    private var isMinClosed = true
    private var isMaxClosed = true
    /// Whether the values outside are meant.
    private var isReversed = false

    init(_ lowest: Double, _ highest: Double) { (self.lowest, self.highest) = (lowest, highest) }

    /// Reads `min_NAME`, `max_NAME`, and what Data-Juicer 1.6 has for all its filters.
    init(
        _ parameters: inout OperatorParameters, _ name: String, _ standard: (Double, Double), isWhole: Bool = false
    ) throws(OperatorProblem) {
        if isWhole {
            lowest = try parameters.integer("min_\(name)").map(Double.init) ?? standard.0
            highest = try parameters.integer("max_\(name)").map(Double.init) ?? standard.1
        } else {
            lowest = try parameters.number("min_\(name)") ?? standard.0
            highest = try parameters.number("max_\(name)") ?? standard.1
        }
        try readEnds(&parameters)
    }

    /// Reads whether the ends belong to the range, and whether its outside is meant.
    mutating func readEnds(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        isMinClosed = try parameters.truth("min_closed_interval") ?? true
        isMaxClosed = try parameters.truth("max_closed_interval") ?? true
        isReversed = try parameters.truth("reversed_range") ?? false
    }

    /// Whether a value is kept. An end that is closed belongs to what is kept, be it the inside or the outside.
    func contains(_ value: Double) -> Bool {
        let (closedMin, closedMax) = isReversed ? (!isMinClosed, !isMaxClosed) : (isMinClosed, isMaxClosed)
        let isInside =
            (closedMin ? value >= lowest : value > lowest) && (closedMax ? value <= highest : value < highest)
        return isInside != isReversed
    }

    var description: String {
        let range =
            switch (lowest.isFinite, highest.isFinite) {
            case (true, true): "\(Self.text(lowest)) to \(Self.text(highest))"
            case (true, false): "at least \(Self.text(lowest))"
            case (false, true): "at most \(Self.text(highest))"
            case (false, false): "anything"
            }
        return isReversed ? "not \(range)" : range
    }

    private static func text(_ end: Double) -> String {
        end == end.rounded() && end.magnitude < 1e15 ? "\(Int(end))" : end.pythonRepresentation
    }
}

/// Whether one value of a sample's has to be in range, or each: `any_or_all`.
enum Strategy: String, CaseIterable, Sendable {
    case any
    case all

    /// A sample without values is kept.
    func keeps(_ verdicts: [Bool]) -> Bool {
        verdicts.isEmpty || (self == .any ? verdicts.contains(true) : !verdicts.contains(false))
    }
}
