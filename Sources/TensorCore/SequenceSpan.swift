/// New positions of one sequence: `count` of them, from position `start`, kept in slot `slot`.
package struct SequenceSpan: Sendable {
    package var slot: Int
    package var start: Int
    package var count: Int

    package init(slot: Int, start: Int, count: Int) {
        self.slot = slot
        self.start = start
        self.count = count
    }

    /// The position after the last new one, which is how long the sequence is now.
    package var end: Int { start + count }

    /// For each span, the row at which it starts when their rows follow each other.
    package static func firstRows(of spans: [SequenceSpan]) -> [Int] {
        var next = 0
        return spans.map { span in
            defer { next += span.count }
            return next
        }
    }
}
