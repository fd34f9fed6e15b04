/// What the float32 kernel needs of an instruction set besides vectors.
///
/// A dot product is kept in sixteen lanes: lane l sums the products at k = l, l + 16, l + 32, ... in that order.
/// At the end lane l + 8 is added to lane l for the first eight, then neighbours are added to each other, twice, and then
/// the two that are left. All instruction sets keep to this, so the results of those whose multiply-add rounds once are
/// the same bits.
///
/// Lanes do not meet before the end, so an instruction set whose registers are too narrow for sixteen of them takes
/// them in two passes.
public protocol VectorInstructions: FloatVectors {
    /// The most rows of a tile: with four columns, their sums fill the registers.
    static var tileRows: Int { get }

    /// Writes what `reduce` reads, at most `constantBytes`.
    static func prepare(_ constants: UnsafeMutableRawPointer)
    /// Adds up the lanes of two rows of four columns each.
    ///
    /// - Parameters:
    ///   - sums: `[2, 4]`; the later eight lanes if there are two passes.
    ///   - early: `[2, columns]`, the first eight lanes if there are two passes; else not looked at.
    ///   - columns: 4 or 1; the sums of other columns are zeros.
    static func reduce(
        _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
    ) -> (SIMD4<Float>, SIMD4<Float>)
}

/// Memory at the start of a kernel's scratch that belongs to `VectorInstructions.prepare`.
@inlinable @inline(__always)
public var constantBytes: Int { 6 * 64 }
