/// What approximations do with floats, one register of them or several.
public protocol FloatArithmetic {
    /// Floats.
    associatedtype Vector
    /// As many 32-bit integers.
    associatedtype Integers

    static func broadcast(_ value: Float) -> Vector
    static func add(_ a: Vector, _ b: Vector) -> Vector
    static func subtract(_ a: Vector, _ b: Vector) -> Vector
    static func multiply(_ a: Vector, _ b: Vector) -> Vector
    static func divide(_ a: Vector, _ b: Vector) -> Vector
    /// a · b + c, rounded once where the instruction set can.
    static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector
    /// The smaller of each pair; b where one is NaN.
    static func minimum(_ a: Vector, _ b: Vector) -> Vector
    /// The larger of each pair; b where one is NaN.
    static func maximum(_ a: Vector, _ b: Vector) -> Vector
    /// The nearest integers, ties to even.
    static func rounded(_ vector: Vector) -> Integers
    static func floats(_ integers: Integers) -> Vector
    /// v · 2ⁿ for a result that is a normal number.
    static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector
}

/// Two registers, or twice those of another conformer, computed operation by operation, so that their dependency chains
/// overlap. The reorder window of a processor is shorter than one long approximation.
public enum Paired<Half: FloatArithmetic>: FloatArithmetic {
    public struct Vector {
        @usableFromInline var first: Half.Vector
        @usableFromInline var second: Half.Vector

        @inlinable @inline(__always)
        public init(_ first: Half.Vector, _ second: Half.Vector) {
            self.first = first
            self.second = second
        }
    }

    public struct Integers {
        @usableFromInline var first: Half.Integers
        @usableFromInline var second: Half.Integers

        @inlinable @inline(__always)
        public init(_ first: Half.Integers, _ second: Half.Integers) {
            self.first = first
            self.second = second
        }
    }

    @inlinable @inline(__always)
    public static func broadcast(_ value: Float) -> Vector { Vector(Half.broadcast(value), Half.broadcast(value)) }

    @inlinable @inline(__always)
    public static func add(_ a: Vector, _ b: Vector) -> Vector {
        Vector(Half.add(a.first, b.first), Half.add(a.second, b.second))
    }

    @inlinable @inline(__always)
    public static func subtract(_ a: Vector, _ b: Vector) -> Vector {
        Vector(Half.subtract(a.first, b.first), Half.subtract(a.second, b.second))
    }

    @inlinable @inline(__always)
    public static func multiply(_ a: Vector, _ b: Vector) -> Vector {
        Vector(Half.multiply(a.first, b.first), Half.multiply(a.second, b.second))
    }

    @inlinable @inline(__always)
    public static func divide(_ a: Vector, _ b: Vector) -> Vector {
        Vector(Half.divide(a.first, b.first), Half.divide(a.second, b.second))
    }

    @inlinable @inline(__always)
    public static func minimum(_ a: Vector, _ b: Vector) -> Vector {
        Vector(Half.minimum(a.first, b.first), Half.minimum(a.second, b.second))
    }

    @inlinable @inline(__always)
    public static func maximum(_ a: Vector, _ b: Vector) -> Vector {
        Vector(Half.maximum(a.first, b.first), Half.maximum(a.second, b.second))
    }

    @inlinable @inline(__always)
    public static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
        Vector(Half.multiplyAdd(a.first, b.first, c.first), Half.multiplyAdd(a.second, b.second, c.second))
    }

    @inlinable @inline(__always)
    public static func rounded(_ vector: Vector) -> Integers {
        Integers(Half.rounded(vector.first), Half.rounded(vector.second))
    }

    @inlinable @inline(__always)
    public static func floats(_ integers: Integers) -> Vector {
        Vector(Half.floats(integers.first), Half.floats(integers.second))
    }

    @inlinable @inline(__always)
    public static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector {
        Vector(Half.scale(vector.first, byPowersOfTwo: n.first), Half.scale(vector.second, byPowersOfTwo: n.second))
    }
}
