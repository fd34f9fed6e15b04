import CaptionerKernels

/// Matrix products by the BLAS library, always in calls of the same size.
///
/// A library picks its code by the sizes of a product, and different code rounds differently. To be batch-invariant,
/// every call multiplies the same number of rows, the last call padded with zeros, and the cut through the columns
/// depends on the weight alone. That depends on two properties of libraries that nothing promises: that the same sizes get the
/// same code, and that a row's place among the rows of a call does not matter. A test verifies both for the library at
/// hand.
enum FixedSizeBLAS {
    /// Few, because a decode step with one row pays for all of them; more would serve large batches better.
    static let rowsPerCall = 8
    /// Up to this many multiplications, OpenBLAS's AVX-512 kernels read the weights in place; above, they copy them
    /// into panels first, which at eight rows costs as much again as the product. Its other kernels always copy, and
    /// do not mind small pieces.
    static let unpackedLimit = 1_000_000
    private static let columnLimit = 64
    /// Rows of a block: their part of x stays in the second-level cache.
    private static let blockRows = 64

    /// The columns of a call.
    private static func columnStep(depth: Int) -> Int {
        let unpacked = unpackedLimit / max(rowsPerCall * depth, 1) / 8 * 8
        return unpacked >= 8 ? min(unpacked, columnLimit) : columnLimit
    }

    /// Blocks for the threads, each made of whole calls.
    static func grid(rows: Int, columns: Int, depth: Int) -> BlockGrid {
        BlockGrid(rows: rows, columns: columns, rowStep: blockRows, columnStep: columnStep(depth: depth))
    }

    /// Memory for a last call that is padded with zeros.
    static func scratchBytes(_ block: MatrixBlock) -> Int {
        rowsPerCall * (block.depth + block.columns) * MemoryLayout<Float>.stride
    }

    static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
        var row = 0
        while row + rowsPerCall <= block.rows {
            call(
                block, x: block.x + row * block.depth, target: block.target + row * block.stride,
                stride: block.stride, accumulating: block.accumulating)
            row += rowsPerCall
        }
        let rest = block.rows - row
        guard rest > 0 else { return }
        let (depth, columns) = (block.depth, block.columns)
        let x = scratch.bindMemory(to: Float.self, capacity: rowsPerCall * (depth + columns))
        let result = x + rowsPerCall * depth
        x.update(from: block.x + row * depth, count: rest * depth)
        (x + rest * depth).update(repeating: 0, count: (rowsPerCall - rest) * depth)
        for index in 0..<rest {
            let target = block.target + (row + index) * block.stride
            (result + index * columns).update(from: target, count: columns)
        }
        (result + rest * columns).update(repeating: 0, count: (rowsPerCall - rest) * columns)
        call(block, x: x, target: result, stride: columns, accumulating: block.accumulating)
        for index in 0..<rest {
            let target = block.target + (row + index) * block.stride
            target.update(from: result + index * columns, count: columns)
        }
    }

    private static func call(
        _ block: MatrixBlock, x: UnsafePointer<Float>, target: UnsafeMutablePointer<Float>, stride: Int,
        accumulating: Bool
    ) {
        BLAS.multiply(
            rows: rowsPerCall, columns: block.columns, depth: block.depth, x, stride: block.depth,
            block.weights, stride: block.depth, transposeB: true, beta: accumulating ? 1 : 0, into: target,
            stride: stride)
    }
}
