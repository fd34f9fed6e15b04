/// Blocks that cover a matrix: the pieces in which a product is handed to the threads.
///
/// The cut depends on the matrix alone, never on the number of threads, and so does every result.
struct BlockGrid {
    struct Block {
        let rows: Range<Int>
        let columns: Range<Int>
    }

    /// A block of 256 by 512 floats is half a megabyte: it stays in the second-level cache until its epilogue has run.
    private static let rowLimit = 256
    private static let columnLimit = 512
    /// Few rows mean that reading weights takes the time. Smaller pieces then spread it more evenly.
    private static let narrowRowLimit = 16
    private static let narrowColumnLimit = 64
    /// Up to this many multiplications, OpenBLAS's AVX-512 kernels take the weights as they lie; above, they copy them
    /// into panels first, which at eight rows costs as much again as the product. Its other kernels always copy, and
    /// do not mind small pieces.
    private static let unpackedLimit = 1_000_000

    private let rows: Int
    private let columns: Int
    private let rowStep: Int
    private let columnStep: Int
    private let blocksAcross: Int
    let count: Int

    /// - Parameters:
    ///   - rows: M.
    ///   - columns: N.
    ///   - depth: K, over which the product sums.
    init(rows: Int, columns: Int, depth: Int) {
        self.rows = rows
        self.columns = columns
        rowStep = Self.step(rows, limit: Self.rowLimit, multipleOf: 8)
        let unpackedColumns = Self.unpackedLimit / max(rows * depth, 1) / 8 * 8
        if rows <= Self.narrowRowLimit, unpackedColumns >= 8 {
            columnStep = min(unpackedColumns, Self.narrowColumnLimit)
        } else {
            columnStep = Self.step(columns, limit: Self.columnLimit, multipleOf: 16)
        }
        blocksAcross = (columns + columnStep - 1) / columnStep
        count = (rows + rowStep - 1) / rowStep * blocksAcross
    }

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
