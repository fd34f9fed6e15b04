/// All decisions of a review, with those before them, which undoing brings back.
struct ReviewState: Sendable {
    /// What one save, or one replacement in many rows, did.
    private struct Change {
        let number: Int
        /// The browser window that it was made in; nil before the program was started.
        let window: String?
        let rows: [RowKey]
    }

    private struct Step {
        let number: Int
        let review: RowReview
    }

    /// Of each row, the last one counts.
    private var steps: [RowKey: [Step]] = [:]
    /// The last change or undoing that each row was part of: what a window must have seen to replace it.
    private var versions: [RowKey: Int] = [:]
    /// What can be undone.
    private var changes: [Change] = []
    /// All captions that rows were given.
    private var captions: [RowKey: [[String]]] = [:]
    /// Windows that have made changes since the program was started.
    private var windows: Set<String> = []
    /// The number of the last change or undoing.
    private(set) var last = 0

    subscript(key: RowKey) -> RowReview { steps[key]?.last?.review ?? RowReview() }

    func version(of key: RowKey) -> Int { versions[key] ?? 0 }

    /// All captions that a row was given, taken back or not.
    func formerCaptions(of key: RowKey) -> [[String]] { captions[key] ?? [] }

    /// Rows that changed after a change, in no order.
    func rows(since number: Int) -> [RowKey] { versions.filter { $0.value > number }.map(\.key) }

    /// Rows of which something was decided, taken back or not.
    var touchedRows: some Sequence<RowKey> { steps.keys }

    var decidedRows: [RowKey] { steps.filter { $0.value.last?.review.decision ?? .open != .open }.map(\.key) }

    mutating func apply(_ rows: [(key: RowKey, review: RowReview)], number: Int, window: String?) {
        for (key, review) in rows {
            steps[key, default: []].append(Step(number: number, review: review))
            versions[key] = number
            if let texts = review.captions { captions[key, default: []].append(texts) }
        }
        if let window { windows.insert(window) }
        changes.append(Change(number: number, window: window, rows: rows.map(\.key)))
        last = number
    }

    /// What a window would undo next: its own last change; if it has made none, the last one from before the program was started.
    func undoable(by window: String) -> Int? {
        changes.last { $0.window == (windows.contains(window) ? window : nil) }?.number
    }

    /// The rows of a change that other changes came after, so that it cannot be undone.
    func rowsChanged(after number: Int) -> [RowKey] {
        guard let change = changes.last(where: { $0.number == number }) else { return [] }
        return change.rows.filter { steps[$0]?.last?.number != number }
    }

    /// Takes a change back, if it is the last one of its rows.
    /// - Parameter number: that of the undoing.
    mutating func undo(_ change: Int, number: Int) {
        guard let index = changes.lastIndex(where: { $0.number == change }), rowsChanged(after: change).isEmpty else {
            return
        }
        for key in changes.remove(at: index).rows {
            steps[key]?.removeLast()
            versions[key] = number
        }
        last = number
    }
}
