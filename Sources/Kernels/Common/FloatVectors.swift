/// Registers of floats, and what kernels do with them: one conformer for each instruction set.
///
/// All conformers round alike where they say so; a kernel that is built on them is written once.
public protocol FloatVectors: FloatArithmetic {
    /// How many floats a vector holds: 16 or 8.
    static var laneCount: Int { get }

    static var zero: Vector { get }
    static func load(_ source: UnsafePointer<Float>) -> Vector
    /// The first `count` floats, and zeros where that is less than a vector.
    static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector
    static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>)
    /// Stores the first `count` floats, or all where that is more than a vector.
    static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>, count: Int)

    /// Transposes a matrix of as many rows as lanes, each of four floats: four vectors, a column each.
    ///
    /// - Parameters:
    ///   - rowStride: bytes from row to row of the source.
    ///   - stride: bytes from vector to vector of the target.
    static func transposeFourColumns(
        _ source: UnsafeRawPointer, rowStride: Int, to target: UnsafeMutableRawPointer, stride: Int)

    /// The sum of all lanes, the upper half being added to the lower until one is left; the smallest and the largest.
    static func sum(_ vector: Vector) -> Float
    static func minimum(of vector: Vector) -> Float
    static func maximum(of vector: Vector) -> Float

    static func broadcast(_ value: Int32) -> Integers
    static func loadIntegers(_ source: UnsafePointer<Int32>) -> Integers
    /// a - b · c, modulo 2³².
    static func subtractProduct(_ a: Integers, _ b: Integers, _ c: Integers) -> Integers

    /// Rounds the first `count` floats, or all where that is more than a vector, to the nearest bfloat16, ties to even,
    /// and stores them. NaN stays NaN.
    static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int)
    /// The same for all floats of two vectors, one after the other.
    static func storeBFloat16(_ first: Vector, _ second: Vector, to target: UnsafeMutablePointer<UInt16>)
    /// Stores the first `count` integers, or all where that is more than a vector, each clamped to 0...255, less `byteOffset`.
    static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int)
    /// What is subtracted from bytes when they are stored, and from zero points: 128 where an instruction set multiplies
    /// signed bytes alone.
    static var byteOffset: Int32 { get }
}

extension FloatVectors {
    @inlinable @inline(__always)
    public static var byteOffset: Int32 { 0 }

    @inlinable @inline(__always)
    public static func transposeFourColumns(
        _ source: UnsafeRawPointer, rowStride: Int, to target: UnsafeMutableRawPointer, stride: Int
    ) {
        var lane = 0
        while lane < laneCount {
            Square(source + lane &* rowStride, stride: rowStride).transposed
                .store(to: target + lane &* 4, stride: stride)
            lane &+= 4
        }
    }

    @inlinable @inline(__always)
    public static func storeBFloat16(_ first: Vector, _ second: Vector, to target: UnsafeMutablePointer<UInt16>) {
        storeBFloat16(first, to: target, count: laneCount)
        storeBFloat16(second, to: target + laneCount, count: laneCount)
    }
}
