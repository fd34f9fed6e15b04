package import CaptionerTensorCore

/// Texts in a session, in the order of its rows, and the tokens that they are continued by.
package struct SearchedTexts: Sendable {
    package struct Entry: Sendable {
        /// What the caller calls the text.
        package let id: Int
        package fileprivate(set) var search: any TextSearch
        /// How many rows of the session are its.
        fileprivate var rowCount = 1
        /// Why it has no more rows, if not because it ended.
        package fileprivate(set) var failure: (any Error)?

        /// - Parameter search: one that has not ended.
        package init(id: Int, search: any TextSearch) { (self.id, self.search) = (id, search) }
    }

    package private(set) var entries: [Entry] = []
    /// For each row of the session, the token that continues it.
    package private(set) var tokens: [Int] = []

    package init() {}

    package var rowCount: Int { tokens.count }

    /// Adds texts that have just joined a session, whose last rows they are.
    /// - Parameters:
    ///   - logits: of next tokens, `[T, V]`.
    ///   - rows: which of the logits' rows are theirs; all, if not said.
    ///   - select: continues with some of the session's rows.
    /// - Returns: those that have ended.
    package mutating func join(
        _ added: [Entry], logits: borrowing Tensor, rows: [Int]? = nil, select: ([Int]) -> Void,
        observe: (_ id: Int, _ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
    ) -> [Entry] {
        let before = tokens
        var added = added
        let next = Self.advance(&added, by: logits, rows: rows, observe: observe)
        let rows = Array(before.indices) + next.map { before.count + $0.row }
        if rows != Array(0..<(before.count + added.count)) { select(rows) }
        tokens = before + next.map(\.token)
        return keep(entries + added)
    }

    /// Continues all texts by a step of their session.
    /// - Parameter logits: of their next tokens, a row for each of `tokens`.
    /// - Returns: those that have ended.
    package mutating func advance(
        by logits: borrowing Tensor, select: ([Int]) -> Void,
        observe: (_ id: Int, _ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
    ) -> [Entry] {
        let count = tokens.count
        let next = Self.advance(&entries, by: logits, observe: observe)
        if next.map(\.row) != Array(0..<count) { select(next.map(\.row)) }
        tokens = next.map(\.token)
        return keep(entries)
    }

    /// Takes texts out before they end.
    package mutating func remove(_ ids: Set<Int>, select: ([Int]) -> Void) {
        var kept: [Int] = []
        var row = 0
        for entry in entries {
            if !ids.contains(entry.id) { kept += row..<(row + entry.rowCount) }
            row += entry.rowCount
        }
        entries.removeAll { ids.contains($0.id) }
        guard kept.count < tokens.count else { return }
        select(kept)
        tokens = kept.map { tokens[$0] }
    }

    private static func advance(
        _ entries: inout [Entry], by logits: borrowing Tensor, rows: [Int]? = nil,
        observe: (_ id: Int, _ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
    ) -> [ContinuedRow] {
        var first = 0
        var next: [ContinuedRow] = []
        let (pointer, columns) = (logits.pointer, logits.columns)
        for index in entries.indices {
            let (id, count) = (entries[index].id, entries[index].rowCount)
            let logits = (first..<(first + count)).map {
                UnsafeBufferPointer(start: pointer + (rows?[$0] ?? $0) * columns, count: columns)
            }
            do {
                let continued = try entries[index].search.advance(by: logits) { observe(id, $0, $1) }
                next += continued.map { ContinuedRow(row: first + $0.row, token: $0.token) }
                entries[index].rowCount = continued.count
            } catch {
                entries[index].failure = error
                entries[index].rowCount = 0
            }
            first += count
        }
        return next
    }

    /// - Returns: the entries that have no more rows, which are left out.
    private mutating func keep(_ all: [Entry]) -> [Entry] {
        entries = all.filter { $0.rowCount > 0 }
        return all.filter { $0.rowCount == 0 }
    }
}
