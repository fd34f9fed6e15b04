/// How many of the best-scored rows are kept.
package struct RankCut: Sendable, Equatable {
    /// The share of the rows that are ranked; the number is rounded down.
    package var topRatio: Double?
    package var topCount: Int?
    /// How many of the very best are left out first.
    package var skippedCount: Int

    package init(topRatio: Double? = nil, topCount: Int? = nil, skippedCount: Int = 0) {
        self.topRatio = topRatio
        self.topCount = topCount
        self.skippedCount = skippedCount
    }

    var isUnlimited: Bool { topRatio == nil && topCount == nil && skippedCount == 0 }

    /// Which ranks are kept, from 0. Of two limits the smaller counts.
    /// - Parameter count: how many rows are ranked.
    func ranks(of count: Int) -> Range<Int> {
        let first = min(skippedCount, count)
        var limit = count - first
        if let topCount { limit = min(limit, topCount) }
        if let topRatio { limit = min(limit, Int(topRatio * Double(count))) }
        return first..<(first + limit)
    }

    /// The rows from the best to the worst. A row without a score, NaN, is worse than any.
    static func ranked(_ rows: [Int32], by scores: [Double]) -> [Int32] {
        rows.sorted { precedes($0, $1, scores) }
    }

    /// Whether a row is better than another. Of equal ones the first goes first, as `heapq.nlargest` has it, by which
    /// Data-Juicer's `topk_specified_field_selector` selects.
    static func precedes(_ left: Int32, _ right: Int32, _ scores: [Double]) -> Bool {
        let (a, b) = (scores[Int(left)], scores[Int(right)])
        if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? left < right : b.isNaN }
        return a != b ? a > b : left < right
    }
}
