/// Which scores are kept: a closed range, as those of Data-Juicer's filters.
package struct ScoreRange: Sendable, Equatable {
    /// How many scores of a list have to be within.
    package enum Rule: String, Sendable, CaseIterable {
        case any
        case all
    }

    package var minimum: Double?
    package var maximum: Double?
    package var rule: Rule

    package init(minimum: Double? = nil, maximum: Double? = nil, rule: Rule = .any) {
        self.minimum = minimum
        self.maximum = maximum
        self.rule = rule
    }

    var isUnlimited: Bool { minimum == nil && maximum == nil }

    /// Why a row is not kept, nil if it is. An empty list, of a sample without images, is.
    func reason(against score: RowScore) -> DropReason? {
        let below = score.values.filter { value in minimum.map { value < $0 } ?? false }.count
        let above = score.values.filter { value in maximum.map { value > $0 } ?? false }.count
        let isKept = rule == .any ? below + above < score.values.count : below + above == 0
        guard !isKept, !score.values.isEmpty else { return nil }
        return above == 0 ? .below : below == 0 ? .above : .outside
    }
}
