/// The weight of a linear layer as it lies in memory.
enum LinearWeights: Sendable {
    case float32(Parameter)  // [N, K]

    /// target (+)= x Wᵀ for some rows of x and some rows of W.
    func multiply(
        _ x: UnsafePointer<Float>, rows: Int, columns: Range<Int>, accumulating: Bool,
        into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        switch self {
        case .float32(let weight):
            let depth = weight.shape[1]
            let slice = weight.pointer + columns.lowerBound * depth  // [columns, K]
            guard rows > Self.vectorRowLimit else {
                // The slice is in cache after the first row, and a product with one vector reads it without packing.
                for row in 0..<rows {
                    BLAS.multiply(
                        rows: columns.count, depth: depth, slice, stride: depth, vector: x + row * depth,
                        beta: accumulating ? 1 : 0, into: target + row * stride)
                }
                return
            }
            BLAS.multiply(
                rows: rows, columns: columns.count, depth: depth, x, stride: depth, slice, stride: depth,
                transposeB: true, beta: accumulating ? 1 : 0, into: target, stride: stride)
        }
    }

    /// Up to this many rows, matrix-vector products are the faster ones with OpenBLAS's AVX2 kernels, by up to a factor
    /// of two, and hardly slower with its AVX-512 kernels.
    private static let vectorRowLimit = 3
}
