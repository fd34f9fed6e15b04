/// New positions of one sequence: `count` of them, from position `start` of the store that they are kept in.
package struct SequenceSpan: Sendable {
    /// Where keys and values of a sequence are kept.
    package enum Store: Sendable, Equatable {
        /// A prefix of the sequence, which others may share.
        case prefix(Int)
        /// The suffix of one sequence alone, in a slot of its own, after the first `count` positions of a prefix.
        case suffix(slot: Int, prefix: Int, count: Int)
    }

    package var store: Store
    package var start: Int
    package var count: Int

    package init(_ store: Store, start: Int, count: Int) {
        self.store = store
        self.start = start
        self.count = count
    }

    /// The position after the last new one, in the store that they are kept in.
    package var end: Int { start + count }

    /// The position of the first new one in its sequence.
    package var firstPosition: Int {
        switch store {
        case .prefix: start
        case .suffix(_, _, let count): count + start
        }
    }

    /// The number of its prefix.
    var prefix: Int {
        switch store {
        case .prefix(let number): number
        case .suffix(_, let prefix, _): prefix
        }
    }

    /// For each span, the row at which it starts when their rows follow each other.
    package static func firstRows(of spans: [SequenceSpan]) -> [Int] {
        var next = 0
        return spans.map { span in
            defer { next += span.count }
            return next
        }
    }

    /// For each span, its last row when their rows follow each other.
    package static func lastRows(of spans: [SequenceSpan]) -> [Int] {
        zip(spans, firstRows(of: spans)).map { $1 + $0.count - 1 }
    }
}
