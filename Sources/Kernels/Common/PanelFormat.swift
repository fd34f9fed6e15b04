/// How the numbers of a panel product are stored: weights in panels, activations in rows.
///
/// A panel has 64 columns of the result, the last one a multiple of 16. The depth is divided into groups of four bytes:
/// four int8, two bfloat16 or one float32. For each group a panel stores four bytes for each of its columns, side by side,
/// so that a vector of weights is multiplied with four bytes of a row, broadcast. The depth is padded with zeros to whole
/// groups, the columns to a multiple of 16. docs/packed-models.md has the layout byte by byte.
public enum PanelFormat: UInt8, Sendable, CaseIterable {
    /// One float a group; sums are float32.
    case float32
    /// Two a group; sums are float32: the product of the second is added, then that of the first.
    case bfloat16
    /// Four a group: weights from -127 to 127, activations from 0 to 255, or from -128 to 127 for instruction sets that
    /// multiply signed bytes alone; sums are exact in 32 bits.
    case int8

    /// Numbers in a group of four bytes.
    @inlinable public var groupDepth: Int {
        switch self {
        case .float32: 1
        case .bfloat16: 2
        case .int8: 4
        }
    }

    /// Groups in a row of this many numbers.
    @inlinable public func groups(depth: Int) -> Int { (depth &+ groupDepth &- 1) / groupDepth }

    /// Columns in panels: padded to a multiple of 16.
    @inlinable public static func paddedColumns(_ columns: Int) -> Int { (columns &+ 15) / 16 &* 16 }

    /// Columns of a panel.
    @inlinable public static var panelColumns: Int { 64 }

    /// Bytes from row to row of activations: whole groups, and a cache line more, so that rows whose length is a power of
    /// two do not all map to the same sets of the first-level cache.
    @inlinable public func rowStride(depth: Int) -> Int { (groups(depth: depth) &* 4 &+ 63) / 64 &* 64 &+ 64 }

    /// The offset of a number of the weight `[columns, depth]`, in bytes from the first panel.
    @inlinable public func offset(column: Int, k: Int, columns: Int, depth: Int) -> Int {
        let first = column / 64 &* 64
        let width = min(64, Self.paddedColumns(columns) &- first)
        let (group, place) = k.quotientAndRemainder(dividingBy: groupDepth)
        return first &* groups(depth: depth) &* 4 &+ (group &* width &+ column &- first) &* 4 &+ place
            &* (4 / groupDepth)
    }

    /// Bytes of the panels of a weight `[columns, depth]`.
    @inlinable public func byteCount(columns: Int, depth: Int) -> Int {
        Self.paddedColumns(columns) &* groups(depth: depth) &* 4
    }
}

/// How a row of activations was quantized: x ≈ scale · (byte - zeroPoint).
public struct RowQuantization: Sendable {
    public var scale: Float
    public var zeroPoint: Int32

    @inlinable @inline(__always)
    public init(scale: Float, zeroPoint: Int32) {
        self.scale = scale
        self.zeroPoint = zeroPoint
    }
}
