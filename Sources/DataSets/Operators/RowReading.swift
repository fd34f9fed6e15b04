/// Rows that a pass takes in batches.
protocol RowReading {
    /// The next rows; nil after the last.
    mutating func next(_ judge: inout OperatorJudge) async throws -> [JudgedRow]?
}

/// How many rows are judged together, unless they are long.
private let batchSize = 64
/// How many bytes of lines at most a batch begins with.
private let batchByteCount = 1 << 26

/// The rows of a data set.
struct InputRows: RowReading {
    let items: any ItemReader

    mutating func next(_ judge: inout OperatorJudge) async throws -> [JudgedRow]? {
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

/// Rows that were laid aside.
struct SpooledRows: RowReading {
    let spool: RowSpool
    /// Those that are still to come.
    var rest: ArraySlice<Int32>

    mutating func next(_ judge: inout OperatorJudge) async throws -> [JudgedRow]? {
        guard !rest.isEmpty else { return nil }
        var rows: [JudgedRow] = []
        var byteCount = 0
        while rows.count < batchSize, byteCount < batchByteCount, let number = rest.popFirst() {
            try spool.read([number]) { rows.append(try judge.row($0)) }
            byteCount += rows.last?.sample.line.count ?? 0
        }
        return rows
    }
}
