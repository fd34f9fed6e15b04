/// A piece of a matrix product x Wᵀ, for one thread: some rows of x and some rows of W, which are columns of the result.
public struct MatrixBlock {
    /// The first row of x, `[rows, K]`.
    public var x: UnsafePointer<Float>
    public var rows: Int
    /// The first row of W, `[columns, K]`.
    public var weights: UnsafePointer<Float>
    public var columns: Int
    /// K, and the floats from row to row of x and W.
    public var depth: Int
    /// Where the result goes, `[rows, columns]`.
    public var target: UnsafeMutablePointer<Float>
    /// Floats from row to row of the result.
    public var stride: Int
    /// Whether the product is added to what the target holds.
    public var accumulating: Bool

    public init(
        x: UnsafePointer<Float>, rows: Int, weights: UnsafePointer<Float>, columns: Int, depth: Int,
        target: UnsafeMutablePointer<Float>, stride: Int, accumulating: Bool
    ) {
        self.x = x
        self.rows = rows
        self.weights = weights
        self.columns = columns
        self.depth = depth
        self.target = target
        self.stride = stride
        self.accumulating = accumulating
    }
}
