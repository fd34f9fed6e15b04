/// The operations of an instruction set that panel products of one format are built from.
public protocol PanelArithmetic {
    associatedtype Vectors: FloatVectors
    /// A register of sums, one for each column.
    associatedtype Sum
    /// A group of a row of activations, broadcast to all lanes.
    associatedtype Activations
    /// A group of weights for each column of a sum.
    associatedtype Weights

    /// The largest tile: its rows, and its vectors of columns.
    static var tileRows: Int { get }
    static var tileVectors: Int { get }

    static var zero: Sum { get }
    static func activations(_ source: UnsafeRawPointer) -> Activations
    static func weights(_ source: UnsafeRawPointer) -> Weights
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
