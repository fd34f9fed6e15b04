/// Registers of floats, and what kernels do with them: one conformer for each instruction set.
///
/// All conformers round alike where they say so; a kernel that is built on them is written once.
public protocol FloatVectors {
    /// A register of floats.
    associatedtype Vector
    /// A register of as many 32-bit integers.
    associatedtype Integers
    /// How many floats a vector holds: 16 or 8.
    static var laneCount: Int { get }

    static var zero: Vector { get }
    static func broadcast(_ value: Float) -> Vector
    static func load(_ source: UnsafePointer<Float>) -> Vector
    /// The first `count` floats, and zeros where that is less than a vector.
    static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector
    static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>)
    /// Stores the first `count` floats, or all where that is more than a vector.
    static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>, count: Int)

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
    /// The sum of all lanes, the upper half being added to the lower until one is left; the smallest and the largest.
    static func sum(_ vector: Vector) -> Float
    static func minimum(of vector: Vector) -> Float
    static func maximum(of vector: Vector) -> Float

    /// The nearest integers, ties to even.
    static func rounded(_ vector: Vector) -> Integers
    static func floats(_ integers: Integers) -> Vector
    static func broadcast(_ value: Int32) -> Integers
    static func loadIntegers(_ source: UnsafePointer<Int32>) -> Integers
    /// a - b · c, modulo 2³².
    static func subtractProduct(_ a: Integers, _ b: Integers, _ c: Integers) -> Integers
    /// v · 2ⁿ for a result that is a normal number.
    static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector

    /// Rounds the first `count` floats, or all where that is more than a vector, to the nearest bfloat16, ties to even,
    /// and stores them. NaN stays NaN.
    static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int)
    /// The same for all floats of two vectors, one after the other.
    static func storeBFloat16(_ first: Vector, _ second: Vector, to target: UnsafeMutablePointer<UInt16>)
    /// Stores the first `count` integers, or all where that is more than a vector, each brought into 0...255.
    static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int)
}

extension FloatVectors {
    @inlinable @inline(__always)
    public static func storeBFloat16(_ first: Vector, _ second: Vector, to target: UnsafeMutablePointer<UInt16>) {
        storeBFloat16(first, to: target, count: laneCount)
        storeBFloat16(second, to: target + laneCount, count: laneCount)
    }

    /// e^x within three units in the last place for x in [-87, 0]; below, it stays where it is at -87.
    ///
    /// x is taken apart as n ln 2 + r with ln 2 in two floats, and e^r is its Taylor polynomial of degree 7, whose error
    /// on |r| ≤ ln(2)/2 is below 1e-8 of the result.
    @inlinable @inline(__always)
    public static func exponential(_ x: Vector) -> Vector {
        // The bound first: where x is NaN, the second of the two is the result.
        let x = maximum(broadcast(-87 as Float), x)
        let n = rounded(multiply(x, broadcast(1.442_695_040_888_963_4 as Float)))
        let whole = floats(n)
        let r = multiplyAdd(
            whole, broadcast(2.121_944_400_546_905_8e-4 as Float),
            multiplyAdd(whole, broadcast(-0.693_359_375 as Float), x))
        var p = multiplyAdd(r, broadcast(Float(1.0 / 5040)), broadcast(Float(1.0 / 720)))
        p = multiplyAdd(p, r, broadcast(Float(1.0 / 120)))
        p = multiplyAdd(p, r, broadcast(Float(1.0 / 24)))
        p = multiplyAdd(p, r, broadcast(Float(1.0 / 6)))
        p = multiplyAdd(p, r, broadcast(0.5 as Float))
        p = multiplyAdd(p, r, broadcast(1 as Float))
        p = multiplyAdd(p, r, broadcast(1 as Float))
        return scale(p, byPowersOfTwo: n)
    }

    /// 2^x within 1.1e-4 of it for x in [-125, 0], and 2^-125 below: where what follows keeps eight bits of it.
    ///
    /// x is taken apart as n + r, exactly, and 2^r is a polynomial of degree 3 that is 1 at 0, fitted on |r| ≤ 1/2 for the
    /// smallest relative error.
    @inlinable @inline(__always)
    public static func roughPowerOfTwo(_ x: Vector) -> Vector {
        // The bound first: where x is NaN, the second of the two is the result.
        let x = maximum(broadcast(-125 as Float), x)
        let n = rounded(x)
        let r = subtract(x, floats(n))
        var p = multiplyAdd(r, broadcast(0.055_008_92 as Float), broadcast(0.242_210_96 as Float))
        p = multiplyAdd(p, r, broadcast(0.693_282_93 as Float))
        p = multiplyAdd(p, r, broadcast(1 as Float))
        return scale(p, byPowersOfTwo: n)
    }

    /// x Φ(x), the Gaussian error linear unit in its exact form (Hendrycks and Gimpel, arXiv 1606.08415).
    ///
    /// Φ(-a) = erfc(a/√2)/2 and erfc(z) = e^(-z²) R(1/(1 + 0.41 z)), where R is a polynomial of degree 8 fitted to the
    /// scaled complementary error function on z in [0, 9.5] for the smallest relative error (5.5e-8). Small results for
    /// negative x keep their relative accuracy, which 1 + erf would lose.
    @inlinable @inline(__always)
    public static func gaussianErrorLinearUnit(_ x: Vector) -> Vector {
        // Beyond 14 the result is x or 0, and the exponential, which stays where it is at -87, would show.
        let magnitude = minimum(broadcast(14 as Float), maximum(x, subtract(zero, x)))
        let one = broadcast(1 as Float)
        let t = divide(one, multiplyAdd(magnitude, broadcast(0.289_913_780_286_484_47 as Float), one))
        var r = multiplyAdd(
            t, broadcast(0.077_707_916_498_184_2 as Float), broadcast(-0.382_534_235_715_866_1 as Float))
        r = multiplyAdd(r, t, broadcast(0.608_966_052_532_196 as Float))
        r = multiplyAdd(r, t, broadcast(-0.301_847_279_071_807_9 as Float))
        r = multiplyAdd(r, t, broadcast(0.373_534_798_622_131_35 as Float))
        r = multiplyAdd(r, t, broadcast(0.151_421_174_407_005_3 as Float))
        r = multiplyAdd(r, t, broadcast(0.242_554_783_821_105_96 as Float))
        r = multiplyAdd(r, t, broadcast(0.230_144_187_808_036_8 as Float))
        r = multiplyAdd(r, t, broadcast(5.258_250_530_459_918e-5 as Float))
        let tail = multiply(
            multiply(broadcast(0.5 as Float), r), exponential(multiply(multiply(x, x), broadcast(-0.5 as Float))))
        // x Φ(x) = max(x, 0) - |x| Φ(-|x|) for either sign. NaN stays, as the second of two that are compared.
        return subtract(maximum(zero, x), multiply(magnitude, tail))
    }

    /// x Φ(x) within 6e-5 for |x| ≤ 4.5, and within 1e-5 |x| outside: the Gaussian error linear unit where what follows
    /// keeps eight bits of it.
    ///
    /// Φ(x) - 1/2 is x times a polynomial of degree 8 in x², fitted on |x| ≤ 4.5 for the smallest largest error of x Φ(x);
    /// outside, where Φ is 0 or 1 within 4e-6, its value at 4.5.
    @inlinable @inline(__always)
    public static func roughGaussianErrorLinearUnit(_ x: Vector) -> Vector {
        let inside = maximum(minimum(x, broadcast(4.5 as Float)), broadcast(-4.5 as Float))
        let u = multiply(inside, inside)
        var p = multiplyAdd(u, broadcast(3.000_392_3e-11 as Float), broadcast(-3.284_238e-9 as Float))
        p = multiplyAdd(p, u, broadcast(1.580_371_2e-7 as Float))
        p = multiplyAdd(p, u, broadcast(-4.431_897_7e-6 as Float))
        p = multiplyAdd(p, u, broadcast(8.121_200_5e-5 as Float))
        p = multiplyAdd(p, u, broadcast(-0.001_036_267_6 as Float))
        p = multiplyAdd(p, u, broadcast(0.009_580_702_5 as Float))
        p = multiplyAdd(p, u, broadcast(-0.065_977_35 as Float))
        p = multiplyAdd(p, u, broadcast(0.398_708_6 as Float))
        return multiply(x, multiplyAdd(inside, p, broadcast(0.5 as Float)))
    }

    /// x σ(t), with the logistic function σ(t) = 1 / (1 + e^-t), for t of the sign of x, within five units in the last
    /// place where the result is above 1e-36.
    @inlinable @inline(__always)
    public static func sigmoidProduct(_ x: Vector, _ t: Vector) -> Vector {
        // The exponential is of what is not above 0: σ(t) = 1 / (1 + e^-t) for one sign, e^t / (1 + e^t) for the other.
        let power = exponential(minimum(subtract(zero, t), t))
        return divide(
            multiplyAdd(minimum(zero, x), power, maximum(zero, x)), add(power, broadcast(1 as Float)))
    }

    /// x σ(t ln 2), for t of the sign of x, which for σ(x), σ(1.702 x) and the approximation of GELU by a hyperbolic tangent
    /// is within 6e-5: where what follows keeps eight bits of it.
    ///
    /// As `sigmoidProduct`; of e = 2^-|t|, 1/(1 + e) is a polynomial of degree 5 that is 1 at 0, fitted for the smallest
    /// largest error times |ln e|.
    @inlinable @inline(__always)
    public static func roughSigmoidProduct(_ x: Vector, _ t: Vector) -> Vector {
        let power = roughPowerOfTwo(minimum(subtract(zero, t), t))
        var p = multiplyAdd(power, broadcast(-0.170_858_8 as Float), broadcast(0.558_783_34 as Float))
        p = multiplyAdd(p, power, broadcast(-0.873_769_37 as Float))
        p = multiplyAdd(p, power, broadcast(0.983_831_28 as Float))
        p = multiplyAdd(p, power, broadcast(-0.999_370_28 as Float))
        p = multiplyAdd(p, power, broadcast(1 as Float))
        return multiply(multiplyAdd(minimum(zero, x), power, maximum(zero, x)), p)
    }

    /// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), which is x σ(2 √(2/π) (x + 0.044715 x³)): the Gaussian error linear unit
    /// as GPT-2 and Gemma approximate it.
    @inlinable @inline(__always)
    public static func tanhGaussianErrorLinearUnit(_ x: Vector) -> Vector {
        let factor = multiplyAdd(
            multiply(x, x), broadcast(0.071_354_816_272_600_24 as Float), broadcast(1.595_769_121_605_731 as Float))
        return sigmoidProduct(x, multiply(x, factor))
    }
}
