/// A piece of a panel product, for one thread: some rows of activations times some panels of weights, and the epilogue:
/// scales, bias, activation and where results go.
public struct PanelBlock {
    /// What is done to a sum before it is stored.
    public enum Activation: UInt8, CaseIterable, Sendable {
        case identity
        case gelu
        case relu
        /// The tanh approximation of `gelu`.
        case tanhGELU
        /// x σ(1.702 x).
        case quickGELU
        /// x σ(x).
        case silu
    }

    /// Where results go.
    public enum Target {
        case float32(UnsafeMutablePointer<Float>)
        /// Added to what is there.
        case accumulate(UnsafeMutablePointer<Float>)
        case bfloat16(UnsafeMutablePointer<UInt16>)
    }

    public var format: PanelFormat
    /// The first row of activations.
    public var activations: UnsafeRawPointer
    /// Bytes from row to row of activations.
    public var rowStride: Int
    public var rows: Int
    /// The groups of the depth that rows of activations consist of; nil for all.
    public var activeGroups: ActiveGroups?
    /// The scale and the zero point of each row; for int8 only.
    public var quantizations: UnsafePointer<RowQuantization>?

    /// The first panel of the whole weight.
    public var panels: UnsafeRawPointer
    /// Columns and depth of the whole weight.
    public var columns: Int
    public var depth: Int
    /// The columns to compute: from a multiple of 64 to another, or to the end.
    public var range: Range<Int>
    /// Scales and sums of all columns, padded to a multiple of 16; for int8 only.
    public var scales: UnsafePointer<Float>?
    public var columnSums: UnsafePointer<Int32>?
    /// `[columns]`.
    public var bias: UnsafePointer<Float>?

    public var activation: Activation
    /// Where the first row's result for column 0 goes, even where the range begins later.
    public var target: Target
    /// Numbers from row to row of the target.
    public var targetStride: Int

    public init(
        format: PanelFormat, activations: UnsafeRawPointer, rowStride: Int, rows: Int,
        activeGroups: ActiveGroups? = nil, quantizations: UnsafePointer<RowQuantization>? = nil,
        panels: UnsafeRawPointer, columns: Int, depth: Int,
        range: Range<Int>? = nil, scales: UnsafePointer<Float>? = nil, columnSums: UnsafePointer<Int32>? = nil,
        bias: UnsafePointer<Float>? = nil, activation: Activation = .identity, target: Target, targetStride: Int
    ) {
        self.format = format
        self.activations = activations
        self.rowStride = rowStride
        self.rows = rows
        self.activeGroups = activeGroups
        self.quantizations = quantizations
        self.panels = panels
        self.columns = columns
        self.depth = depth
        self.range = range ?? 0..<columns
        self.scales = scales
        self.columnSums = columnSums
        self.bias = bias
        self.activation = activation
        self.target = target
        self.targetStride = targetStride
    }

    /// Scratch memory that a product of `rows` rows needs, in bytes: the sums of a panel, then parts of activations, or with
    /// tiles the sums of some rows once more and the last groups of a panel.
    @inlinable
    public static func scratchBytes(rows: Int) -> Int {
        sumBytes(rows: rows) &+ max((32 &+ 16) &* 64 &* 4, PanelTile.partBytes)
    }

    /// The sums of a panel.
    @inlinable @inline(__always)
    static func sumBytes(rows: Int) -> Int { rows &* 64 &* 4 }

    /// Groups of the depth that are processed together, for all rows one tile after the other.
    ///
    /// Their part of a panel, 256 kB at most, stays in the second-level cache meanwhile. Few rows are memory-bound:
    /// of 16 kB the second tile reads the first-level cache, and does not wait behind what is prefetched.
    @inlinable @inline(__always)
    static func groupLimit(rows: Int) -> Int { isMemoryBound(rows: rows) ? 64 : 1024 }
}
