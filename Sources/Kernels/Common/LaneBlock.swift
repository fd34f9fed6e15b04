/// A piece of a float32 product x Wᵀ of many rows, for one thread: up to 64 rows of W, which are columns of the result.
///
/// The results are the bits of `MatrixBlock`, whose vectors have sixteen products of the depth side by side. Here a vector
/// has sixteen columns, and what was a lane is a product of its own, of every sixteenth number of the depth. Sixteen of those
/// are added up as lanes are. It needs x and W in another order, and then reads less: a tile of six rows and 64 columns
/// takes four vectors and six floats for 24 multiply-adds of vectors, where a tile of dot products takes ten vectors.
public struct LaneBlock {
    /// The first row of x as `LaneRows` writes it, and the number of them.
    public var x: UnsafeRawPointer
    public var rows: Int
    /// The first row of W, `[columns, K]`, of at most 64.
    public var weights: UnsafePointer<Float>
    public var columns: Int
    /// K, and the floats from row to row of W.
    public var depth: Int
    /// Weights that the thread will probably read next, and their number: they are prefetched.
    public var upcoming: UnsafePointer<Float>
    public var upcomingCount: Int
    /// `[columns]`.
    public var bias: UnsafePointer<Float>?
    public var activation: PanelBlock.Activation
    /// Where the result goes, `[rows, columns]`.
    public var target: UnsafeMutablePointer<Float>
    /// Floats from row to row of the result.
    public var stride: Int
    /// Whether the product is added to what the target holds.
    public var accumulating: Bool

    public init(
        x: UnsafeRawPointer, rows: Int, weights: UnsafePointer<Float>, columns: Int, depth: Int,
        upcoming: UnsafePointer<Float>, upcomingCount: Int, bias: UnsafePointer<Float>?,
        activation: PanelBlock.Activation,
        target: UnsafeMutablePointer<Float>, stride: Int, accumulating: Bool
    ) {
        self.x = x
        self.rows = rows
        self.weights = weights
        self.columns = columns
        self.depth = depth
        self.upcoming = upcoming
        self.upcomingCount = upcomingCount
        self.bias = bias
        self.activation = activation
        self.target = target
        self.stride = stride
        self.accumulating = accumulating
    }

    /// The scratch memory that a block needs, in bytes: the panel, and the sums of the sixteen lanes of some rows.
    public static func scratchBytes(rows: Int, depth: Int) -> Int {
        LanePanel.byteCount(depth: depth) &+ min(rows, rowLimit) &* 16 &* 64 &* 4
    }

    /// Rows whose sums, half a megabyte, are in scratch memory at a time.
    @inlinable @inline(__always)
    static var rowLimit: Int { 132 }

    /// The part of a panel that all those rows are multiplied with before the next: it stays in the second-level cache.
    @inlinable @inline(__always)
    static var pieceBytes: Int { 1 &<< 18 }
}
