/// Blocks that cover a matrix: the pieces of a product that threads share.
struct BlockGrid {
    struct Block {
        let rows: Range<Int>
        let columns: Range<Int>
    }

    private let rows: Int
    private let columns: Int
    private let rowStep: Int
    private let columnStep: Int
    private let blocksAcross: Int
    let count: Int

    /// Blocks of a given size; those at the edges may be smaller.
    init(rows: Int, columns: Int, rowStep: Int, columnStep: Int) {
        self.rows = rows
        self.columns = columns
        self.rowStep = max(rowStep, 1)
        self.columnStep = max(columnStep, 1)
        blocksAcross = (columns + self.columnStep - 1) / self.columnStep
        count = (rows + self.rowStep - 1) / self.rowStep * blocksAcross
    }

    /// Blocks for this package's own kernels, whose results do not depend on the cut.
    ///
    /// - Parameters:
    ///   - rows: M.
    ///   - columns: N.
    ///   - depth: K, over which the product sums.
    init(rows: Int, columns: Int, depth: Int) {
        let rowStep = Self.step(rows, limit: Self.rowLimit, multipleOf: 6)
        guard rows <= Self.narrowRowLimit else {
            self.init(rows: rows, columns: columns, rowStep: rowStep, columnStep: Self.columnLimit)
            return
        }
        let narrowColumns = min(max(Self.narrowFloats / max(depth, 1) / 4 * 4, 4), Self.columnLimit)
        self.init(rows: rows, columns: columns, rowStep: rowStep, columnStep: narrowColumns)
    }

    /// Rows that a piece of the second-level cache holds, with the columns that go through them together.
    private static let rowLimit = 126
    /// Enough columns that copying the rows of x into order costs little beside them.
    private static let columnLimit = 384
    /// Products of few rows are memory-bound. Pieces of half a megabyte spread the reads evenly.
    private static let narrowRowLimit = 48
    private static let narrowFloats = 1 << 17

    /// Blocks go down the rows first, so that threads at work at the same time share weights in the cache.
    subscript(index: Int) -> Block {
        let blocksDown = count / blocksAcross
        let row = index % blocksDown * rowStep
        let column = index / blocksDown * columnStep
        return Block(rows: row..<min(row + rowStep, rows), columns: column..<min(column + columnStep, columns))
    }

    /// The size of equal pieces that are at most about `limit` long.
    private static func step(_ size: Int, limit: Int, multipleOf unit: Int) -> Int {
        guard size > limit else { return max(size, 1) }
        let pieces = (size + limit - 1) / limit
        let even = (size + pieces - 1) / pieces
        return (even + unit - 1) / unit * unit
    }
}
