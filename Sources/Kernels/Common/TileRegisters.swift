/// Registers that hold tiles of a product of bytes or of bfloat16, as Intel's AMX has them: rows of 64 bytes, at most sixteen.
///
/// A product takes up to 32 rows of activations and 32 columns of weights at a time: two tiles of each, and four of sums.
public protocol TileRegisters {
    associatedtype Product: TileProduct

    init()
    /// Gives the tiles their heights, and sets all to zero.
    /// - Parameter rows: rows of activations, 1...32.
    mutating func configure(rows: Int)
    /// Gives the registers back.
    mutating func release()

    /// Sets the sums to zero.
    mutating func clear(_ shape: TileShape)
    /// Reads sums, `[rows, columns]` of 32 bits.
    /// - Parameter stride: bytes from row to row.
    mutating func loadSums(_ source: UnsafeRawPointer, stride: Int, _ shape: TileShape)
    /// Writes the sums, `[rows, columns]` of 32 bits.
    /// - Parameter stride: bytes from row to row.
    mutating func storeSums(_ target: UnsafeMutableRawPointer, stride: Int, _ shape: TileShape)
    /// Adds the products of sixteen groups of the depth to the sums.
    ///
    /// - Parameters:
    ///   - activations: 64 bytes of each row.
    ///   - rowStride: bytes from row to row.
    ///   - weights: sixteen groups, in each four bytes for each column.
    ///   - groupStride: bytes from group to group.
    mutating func multiplyAdd(
        _ activations: UnsafeRawPointer, rowStride: Int, _ weights: UnsafeRawPointer, groupStride: Int,
        _ shape: TileShape)
}

/// Which tiles a product uses.
public struct TileShape {
    /// Whether there are more than sixteen rows.
    public var isTall: Bool
    /// Whether there are 32 columns, or sixteen.
    public var isWide: Bool

    @inlinable @inline(__always)
    public init(isTall: Bool, isWide: Bool) {
        self.isTall = isTall
        self.isWide = isWide
    }
}

/// What is multiplied.
public protocol TileProduct {
    static var isOfBytes: Bool { get }
}

/// Activations from 0 to 255, weights from -128 to 127. Sums are exact, so it does not matter in which order they are made.
public enum ByteProduct: TileProduct {
    @inlinable @inline(__always) public static var isOfBytes: Bool { true }
}

/// Products of the first numbers of sixteen groups are added to each other, and so are those of the second; both sums and then
/// their sum with what there was are rounded to the nearest float. Numbers too small to be normal count as zeros. The products
/// themselves are exact.
public enum BFloat16Product: TileProduct {
    @inlinable @inline(__always) public static var isOfBytes: Bool { false }
}
