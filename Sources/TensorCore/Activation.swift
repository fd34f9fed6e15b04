/// What follows a linear layer, element by element.
public enum Activation: Sendable {
    case identity
    /// Gaussian error linear unit in its exact form, x Φ(x), as `gelu` in transformers (Hendrycks and Gimpel, arXiv
    /// 1606.08415).
    case gelu
    /// max(x, 0).
    case relu
}

extension Activation {
    /// Replaces `count` floats by their activation.
    func apply(to pointer: UnsafeMutablePointer<Float>, count: Int) {
        switch self {
        case .identity: break
        case .gelu: mapInPlace(pointer, count: count, gaussianErrorLinearUnit)
        case .relu: mapInPlace(pointer, count: count) { pointwiseMax($0, Vector()) }
        }
    }
}

/// x Φ(x) for eight floats.
///
/// Φ(-a) = erfc(a/√2)/2 and erfc(z) = e^(-z²) R(1/(1 + 0.41 z)), where R is a polynomial of degree 8 fitted to the
/// scaled complementary error function on z in [0, 9.5] for the smallest relative error (5.5e-8). Small results for
/// negative x keep their relative accuracy, which 1 + erf would lose.
@inline(__always)
func gaussianErrorLinearUnit(_ x: Vector) -> Vector {
    let z = pointwiseMax(x, -x) * 0.707_106_781_186_547_5
    let t = 1 / (1 + z * 0.41)
    var r = t * 0.077_707_916_498_184_2 + -0.382_534_235_715_866_1
    r = r * t + 0.608_966_052_532_196
    r = r * t + -0.301_847_279_071_807_9
    r = r * t + 0.373_534_798_622_131_35
    r = r * t + 0.151_421_174_407_005_3
    r = r * t + 0.242_554_783_821_105_96
    r = r * t + 0.230_144_187_808_036_8
    r = r * t + 5.258_250_530_459_918e-5
    let tail = 0.5 * r * exponential(x * x * -0.5)
    let positive = x .> 0
    return x * tail.replacing(with: 1 - tail, where: positive)
}
