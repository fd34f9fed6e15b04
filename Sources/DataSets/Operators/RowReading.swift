/// Rows that a pass takes in batches.
protocol RowReading {
    /// The next rows; nil after the last.
    mutating func next(_ judge: inout RowJudge) async throws -> [JudgedRow]?
}

/// How many rows are judged together, unless they are long.
private let batchSize = 64
/// How many bytes of lines at most a batch begins with.
private let batchByteCount = 1 << 26

/// The rows of a data set.
struct InputRows: RowReading {
    let items: any ItemReader

    mutating func next(_ judge: inout RowJudge) async throws -> [JudgedRow]? {
        var rows: [JudgedRow] = []
        var byteCount = 0
        while rows.count < batchSize, byteCount < batchByteCount {
            guard let item = try items.next() else { return rows.isEmpty ? nil : rows }
            byteCount += item.byteCount
            if let row = try judge.row(of: item) { rows.append(row) }
        }
        return rows
    }
}

/// Rows that wait in a file.
struct SpooledRows: RowReading {
    private let spool: RowSpool
    private var rest: ArraySlice<Int>

    /// - Parameter numbers: which, in the order in which they are taken; nil for all.
    init(_ spool: RowSpool, _ numbers: [Int]?) {
        self.spool = spool
        rest = (numbers ?? Array(0..<spool.count))[...]
    }

    mutating func next(_ judge: inout RowJudge) async throws -> [JudgedRow]? {
        guard !rest.isEmpty else { return nil }
        var rows: [JudgedRow] = []
        var byteCount = 0
        while rows.count < batchSize, byteCount < batchByteCount, let number = rest.popFirst() {
            let row = try judge.row(spool.row(number))
            byteCount += row.sample.line.count
            rows.append(row)
        }
        return rows
    }
}
