/// The operations of an instruction set that panel products of one format are built from.
public protocol PanelArithmetic {
    associatedtype Vectors: FloatVectors
    /// A register of sums, one for each column.
    associatedtype Sum
    /// A group of a row of activations, or a part of one, broadcast to all lanes.
    associatedtype Activations
    /// A group of weights for each column of a sum.
    associatedtype Weights
    /// Four groups of a row, for instruction sets that multiply by one lane of a register.
    associatedtype Quad = Activations
    /// Products of two rows at a time, for bytes and vectors of eight lanes.
    associatedtype RowPairs: RowPairProducts = NoRowPairs

    /// The largest tile: its rows, and its vectors of columns.
    static var tileRows: Int { get }
    static var tileVectors: Int { get }

    static var zero: Sum { get }
    /// What the thread is set to before the products of a tile; what it was set to is given to `end`.
    static func begin() -> UInt32
    static func end(_ setting: UInt32)
    static func activations(_ source: UnsafeRawPointer) -> Activations
    /// Two where an instruction set cannot multiply whole groups, and multiplies one half of a group's numbers after the other;
    /// else one.
    static var partCount: Int { get }
    /// A part of sixteen groups, in lanes of 32 bits as `activations` broadcasts them.
    static func split(_ groups: SIMD16<UInt32>, part: Int) -> SIMD16<UInt32>
    /// Whether tiles read activations by quads.
    static var readsQuads: Bool { get }
    static func quad(_ source: UnsafeRawPointer) -> Quad
    static func activations(_ quad: Quad, lane: Int) -> Activations
    static func weights(_ source: UnsafeRawPointer) -> Weights
    static func weights(_ source: UnsafeRawPointer, part: Int) -> Weights
    static func multiplyAdd(_ activations: Activations, _ weights: Weights, _ sum: Sum) -> Sum
    /// The sum as floats, its scales and zero point applied if the format has them.
    ///
    /// - Parameters:
    ///   - row: the scale and the zero point of the row of activations.
    ///   - scales: of the sum's columns.
    ///   - columnSums: sums of the weights of the sum's columns.
    static func value(
        _ sum: Sum, row: RowQuantization, scales: Vectors.Vector, columnSums: Vectors.Integers
    ) -> Vectors.Vector
}

extension PanelArithmetic {
    @inlinable @inline(__always) public static func begin() -> UInt32 { 0 }
    @inlinable @inline(__always) public static func end(_ setting: UInt32) {}
    @inlinable @inline(__always) public static var partCount: Int { 1 }
    @inlinable @inline(__always)
    public static func split(_ groups: SIMD16<UInt32>, part: Int) -> SIMD16<UInt32> { groups }
    @inlinable @inline(__always)
    public static func weights(_ source: UnsafeRawPointer, part: Int) -> Weights { weights(source) }
}

/// Groups in two parts, each of which has half of their numbers.
public protocol SplitPanelArithmetic: PanelArithmetic {}

extension SplitPanelArithmetic {
    @inlinable @inline(__always) public static var partCount: Int { 2 }
    /// The protocol wants it; products ask for parts.
    @inlinable @inline(__always)
    public static func weights(_ source: UnsafeRawPointer) -> Weights { weights(source, part: 0) }
}

/// bfloat16 without instructions for it: a number is the upper half of a float, and a product of two of them is exact in float32,
/// so this is what those instructions compute. Of a pair the second comes first.
public protocol SplitBFloat16Arithmetic: SplitPanelArithmetic, FloatPanelArithmetic {}

extension SplitBFloat16Arithmetic {
    @inlinable @inline(__always)
    public static func split(_ groups: SIMD16<UInt32>, part: Int) -> SIMD16<UInt32> {
        if part == 0 { return groups & SIMD16<UInt32>(repeating: 0xFFFF_0000) }
        return groups &<< SIMD16<UInt32>(repeating: 16)
    }
}

/// int8 without instructions for it: even and odd bytes as 16-bit numbers, whose products are added in pairs, exactly.
public protocol SplitByteArithmetic: SplitPanelArithmetic, IntegerPanelArithmetic {}

extension SplitByteArithmetic {
    @inlinable @inline(__always)
    public static func split(_ groups: SIMD16<UInt32>, part: Int) -> SIMD16<UInt32> {
        let even = SIMD16<UInt32>(repeating: 0x00FF_00FF)
        if part == 0 { return groups & even }
        return (groups &>> SIMD16<UInt32>(repeating: 8)) & even
    }
}

extension PanelArithmetic where Quad == Activations {
    @inlinable @inline(__always) public static var readsQuads: Bool { false }
    @inlinable @inline(__always)
    public static func quad(_ source: UnsafeRawPointer) -> Quad { activations(source) }
    @inlinable @inline(__always)
    public static func activations(_ quad: Quad, lane: Int) -> Activations { quad }
}

/// Sums of floats are values as they are.
public protocol FloatPanelArithmetic: PanelArithmetic where Sum == Vectors.Vector {}

extension FloatPanelArithmetic {
    @inlinable @inline(__always)
    public static var zero: Sum { Vectors.zero }

    @inlinable @inline(__always)
    public static func value(
        _ sum: Sum, row: RowQuantization, scales: Vectors.Vector, columnSums: Vectors.Integers
    ) -> Vectors.Vector { sum }
}

/// Integer sums: the contribution of the zero point is subtracted exactly, before anything is rounded.
public protocol IntegerPanelArithmetic: PanelArithmetic where Sum == Vectors.Integers {}

extension IntegerPanelArithmetic {
    @inlinable @inline(__always)
    public static var zero: Sum { Vectors.broadcast(0 as Int32) }

    @inlinable @inline(__always)
    public static func value(
        _ sum: Sum, row: RowQuantization, scales: Vectors.Vector, columnSums: Vectors.Integers
    ) -> Vectors.Vector {
        let exact = Vectors.subtractProduct(sum, Vectors.broadcast(row.zeroPoint), columnSums)
        return Vectors.multiply(Vectors.floats(exact), Vectors.multiply(Vectors.broadcast(row.scale), scales))
    }
}
