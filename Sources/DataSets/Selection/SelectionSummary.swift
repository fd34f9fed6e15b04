/// What became of the rows.
package struct SelectionSummary: Sendable, Equatable {
    package internal(set) var total = 0
    package internal(set) var kept = 0
    /// How many rows were not kept, by reason.
    package internal(set) var dropped: [Count] = []
    /// The field with the score; nil where there is none.
    package internal(set) var field: String?
    /// Of all rows; nil where there are no scores.
    package internal(set) var before: ScoreDistribution?
    /// Of the rows that are kept.
    package internal(set) var after: ScoreDistribution?
    /// Rows that are taken for no duplicates, as their images or embeddings cannot be had.
    package internal(set) var unreadableCount = 0
    package internal(set) var firstUnreadable: String?

    package struct Count: Sendable, Equatable {
        package let reason: String
        package let count: Int
    }

    mutating func count(_ table: RowTable, text: (DropReason) -> String) {
        total = table.count
        var counts = [Int](repeating: 0, count: DropReason.allCases.count + 1)
        for reason in table.reasons { counts[Int(reason?.rawValue ?? 0)] += 1 }
        kept = counts[0]
        dropped = DropReason.allCases.compactMap { reason in
            let count = counts[Int(reason.rawValue)]
            return count > 0 ? Count(reason: text(reason), count: count) : nil
        }
    }
}
