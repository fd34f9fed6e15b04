/// The rows of a product cut into pieces of about equal size, each whole tiles but the last.
struct RowPartition {
    let rows: Int
    let count: Int
    private let tiles: Int
    private static let tileRows = 6

    /// - Parameters:
    ///   - limit: the most rows of a piece, roughly.
    ///   - multiple: the number of pieces is a multiple of this, so that as many threads are done at the same time.
    init(rows: Int, limit: Int, multiple: Int) {
        self.rows = rows
        tiles = (rows + Self.tileRows - 1) / Self.tileRows
        let least = (rows + limit - 1) / limit
        count = max(min((least + multiple - 1) / multiple * multiple, tiles), 1)
    }

    /// The most rows that a piece has.
    var largest: Int { (tiles + count - 1) / count * Self.tileRows }

    subscript(index: Int) -> Range<Int> {
        let start = index * tiles / count * Self.tileRows
        return start..<min((index + 1) * tiles / count * Self.tileRows, rows)
    }
}
