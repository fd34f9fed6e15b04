extension FloatVectors {
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

    /// x σ(t), with the logistic function σ(t) = 1 / (1 + e^-t), for t of the sign of x, within five units in the last
    /// place where the result is above 1e-36.
    @inlinable @inline(__always)
    public static func sigmoidProduct(_ x: Vector, _ t: Vector) -> Vector {
        // The exponential is of what is not above 0: σ(t) = 1 / (1 + e^-t) for one sign, e^t / (1 + e^t) for the other.
        let power = exponential(minimum(subtract(zero, t), t))
        return divide(
            multiplyAdd(minimum(zero, x), power, maximum(zero, x)), add(power, broadcast(1 as Float)))
    }

    /// tanh(x) within four units in the last place.
    ///
    /// x times a quotient of polynomials in x², of degrees 4 and 4, fitted on |x| ≤ 9.01 for the smallest relative error (2.1e-8);
    /// outside, where tanh is ±1, its value at 9.01. NaN stays NaN.
    @inlinable @inline(__always)
    public static func hyperbolicTangent(_ x: Vector) -> Vector {
        let inside = maximum(broadcast(-9.01 as Float), minimum(broadcast(9.01 as Float), x))
        let u = multiply(inside, inside)
        var p = multiplyAdd(
            u, broadcast(1.333_684_858_364_340_4e-8 as Float), broadcast(2.059_627_416_931_045_8e-5 as Float))
        p = multiplyAdd(p, u, broadcast(0.003_494_811_059_168_704_2 as Float))
        p = multiplyAdd(p, u, broadcast(0.133_803_715_990_376_13 as Float))
        p = multiplyAdd(p, u, broadcast(0.999_999_979_246_074_3 as Float))
        var q = multiplyAdd(
            u, broadcast(7.769_283_179_654_522e-7 as Float), broadcast(3.284_363_247_688_336e-4 as Float))
        q = multiplyAdd(q, u, broadcast(0.025_874_026_770_318_075 as Float))
        q = multiplyAdd(q, u, broadcast(0.467_136_870_183_841_4 as Float))
        q = multiplyAdd(q, u, broadcast(1 as Float))
        return divide(multiply(inside, p), q)
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

extension FloatArithmetic {
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

    /// x σ(t) for |x| ≤ |t|, within 6e-5 for |t| ≤ 12, and within 1e-5 |x| outside: where what follows keeps eight bits of it.
    ///
    /// σ(t) - 1/2 is t times a quotient of polynomials in t², of degrees 2 and 3, fitted on |t| ≤ 12 for the smallest largest
    /// error times |t|; outside, its value at 12. The division overlaps with the rest; an exponential has more operations.
    @inlinable @inline(__always)
    public static func roughSigmoidProduct(_ x: Vector, _ t: Vector) -> Vector {
        let inside = maximum(minimum(t, broadcast(12 as Float)), broadcast(-12 as Float))
        let u = multiply(inside, inside)
        var p = multiplyAdd(u, broadcast(2.241_541_96e-5 as Float), broadcast(0.007_081_205_67 as Float))
        p = multiplyAdd(p, u, broadcast(0.249_967_967 as Float))
        var q = multiplyAdd(u, broadcast(8.083_437_85e-7 as Float), broadcast(0.001_067_930_99 as Float))
        q = multiplyAdd(q, u, broadcast(0.111_594_279 as Float))
        q = multiplyAdd(q, u, broadcast(1 as Float))
        return multiply(x, add(divide(multiply(inside, p), q), broadcast(0.5 as Float)))
    }
}
