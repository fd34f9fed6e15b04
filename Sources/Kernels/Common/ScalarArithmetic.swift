/// What differs among instruction sets in rounding: how many floats a vector holds, which decides the order of some
/// sums, and whether a multiply-add is rounded once or twice; and how they store bytes. With it the scalar references equal
/// the kernels bit for bit.
public struct ScalarArithmetic: Sendable, Hashable {
    /// `FloatVectors.laneCount`.
    public var lanes: Int
    /// Whether a · b + c is rounded once.
    public var isFused: Bool
    /// `FloatVectors.byteOffset`.
    public var byteOffset: Int32
    /// Whether attention in bfloat16 is computed with tiles, where it is for them.
    public var hasBFloat16Tiles: Bool

    public init(lanes: Int, isFused: Bool, byteOffset: Int32 = 0, hasBFloat16Tiles: Bool = false) {
        self.lanes = lanes
        self.isFused = isFused
        self.byteOffset = byteOffset
        self.hasBFloat16Tiles = hasBFloat16Tiles
    }

    func multiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float { isFused ? c.addingProduct(a, b) : a * b + c }

    /// The lanes of a vector: the upper half is added to the lower until one is left.
    func sum(_ lanes: [Float]) -> Float {
        guard lanes.count > 1 else { return lanes.first ?? 0 }
        let half = lanes.count / 2
        return sum((0..<half).map { lanes[$0] + lanes[$0 + half] })
    }

    /// `FloatVectors.exponential`.
    public func exponential(_ x: Float) -> Float {
        let x = -87 > x ? -87 : x
        let n = (x * 1.442_695_040_888_963_4).rounded(.toNearestOrEven)
        let r = multiplyAdd(n, 2.121_944_400_546_905_8e-4, multiplyAdd(n, -0.693_359_375, x))
        var p = Float(1.0 / 5040)
        for coefficient in [1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1] {
            p = multiplyAdd(p, r, Float(coefficient))
        }
        return x.isNaN ? x : Float(sign: .plus, exponent: Int(n), significand: p)
    }

    /// `softCap`.
    public func softCapped(_ x: Float, scale: Float, cap: Float) -> Float {
        hyperbolicTangent(x * (scale / cap)) * cap
    }

    /// `FloatVectors.hyperbolicTangent`.
    public func hyperbolicTangent(_ x: Float) -> Float {
        let inside: Float = x > 9.01 ? 9.01 : x < -9.01 ? -9.01 : x
        let u = inside * inside
        var p: Float = 1.333_684_858_364_340_4e-8
        for coefficient: Float in [
            2.059_627_416_931_045_8e-5, 0.003_494_811_059_168_704_2, 0.133_803_715_990_376_13, 0.999_999_979_246_074_3,
        ] {
            p = multiplyAdd(p, u, coefficient)
        }
        var q: Float = 7.769_283_179_654_522e-7
        for coefficient: Float in [
            3.284_363_247_688_336e-4, 0.025_874_026_770_318_075, 0.467_136_870_183_841_4, 1,
        ] {
            q = multiplyAdd(q, u, coefficient)
        }
        return inside * p / q
    }

    /// `FloatArithmetic.roughPowerOfTwo`.
    public func roughPowerOfTwo(_ x: Float) -> Float {
        let x = -125 > x ? -125 : x
        let n = x.rounded(.toNearestOrEven)
        let r = x - n
        var p: Float = 0.055_008_92
        for coefficient: Float in [0.242_210_96, 0.693_282_93, 1] { p = multiplyAdd(p, r, coefficient) }
        return x.isNaN ? x : Float(sign: .plus, exponent: Int(n), significand: p)
    }

    /// `FloatArithmetic.roughGaussianErrorLinearUnit`.
    public func roughGaussianErrorLinearUnit(_ x: Float) -> Float {
        let inside = x > 4.5 ? 4.5 : x < -4.5 ? -4.5 : x
        let u = inside * inside
        var p: Float = 3.000_392_3e-11
        for coefficient: Float in [
            -3.284_238e-9, 1.580_371_2e-7, -4.431_897_7e-6, 8.121_200_5e-5, -0.001_036_267_6, 0.009_580_702_5,
            -0.065_977_35, 0.398_708_6,
        ] {
            p = multiplyAdd(p, u, coefficient)
        }
        return x * multiplyAdd(inside, p, 0.5)
    }

    /// `RoughActivation`.
    func apply(_ activation: PanelBlock.Activation, to value: Float) -> Float {
        switch activation {
        case .identity: value
        case .gelu: roughGaussianErrorLinearUnit(value)
        case .relu: value < 0 ? 0 : value
        case .tanhGELU:
            roughSigmoidProduct(
                value, value * multiplyAdd(value * value, 0.071_354_816_272_600_24, 1.595_769_121_605_731))
        case .quickGELU: roughSigmoidProduct(value, value * 1.702)
        case .silu: roughSigmoidProduct(value, value)
        }
    }

    /// `FloatArithmetic.roughSigmoidProduct`.
    public func roughSigmoidProduct(_ x: Float, _ t: Float) -> Float {
        let inside: Float = t > 12 ? 12 : t < -12 ? -12 : t
        let u = inside * inside
        var p: Float = 2.241_541_96e-5
        for coefficient: Float in [0.007_081_205_67, 0.249_967_967] { p = multiplyAdd(p, u, coefficient) }
        var q: Float = 8.083_437_85e-7
        for coefficient: Float in [0.001_067_930_99, 0.111_594_279, 1] { q = multiplyAdd(q, u, coefficient) }
        return x * (inside * p / q + 0.5)
    }
}
