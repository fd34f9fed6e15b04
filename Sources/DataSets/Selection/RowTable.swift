import CaptionerFiles

/// What is kept in memory of each row of a data set: nothing that grows with its length.
struct RowTable {
    /// NaN without a score.
    var scores: [Double] = []
    /// Nil of rows that are kept so far.
    var reasons: [DropReason?] = []
    var duplicates: [Int32: Duplicate] = [:]
    /// From 0, where rows are ranked; -1 of those that are not.
    var ranks: [Int32] = []
    /// Those that are kept.
    var keptRanks = 0..<0
    /// Of all lines, so that a file that changes between two readings is noticed.
    var contents = FilePrefix()

    var count: Int { scores.count }

    /// The rows that are kept so far, in their order.
    var kept: [Int32] { (0..<Int32(count)).filter { reasons[Int($0)] == nil } }

    mutating func drop(_ found: [Int32: Duplicate]) {
        duplicates = found
        for row in found.keys { reasons[Int(row)] = .duplicate }
    }

    /// Ranks the rows that are kept so far, and drops those beyond the cut.
    /// - Returns: the rest, from the best to the worst.
    mutating func rank(_ cut: RankCut) -> [Int32] {
        let order = RankCut.ranked(kept, by: scores)
        keptRanks = cut.ranks(of: order.count)
        ranks = [Int32](repeating: -1, count: count)
        for (rank, row) in order.enumerated() {
            ranks[Int(row)] = Int32(rank)
            if rank < keptRanks.lowerBound { reasons[Int(row)] = .skipped }
            if rank >= keptRanks.upperBound { reasons[Int(row)] = .beyond }
        }
        return Array(order[keptRanks])
    }
}
