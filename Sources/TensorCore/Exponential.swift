/// e^x for eight floats, within two units in the last place of the result for x in [-87, 88].
///
/// Below -87.3, where the result would leave the normal numbers, it is 0; above 88.3 it stays at its largest; NaN stays
/// NaN. Range reduction by ln 2 split in two floats, then a polynomial of degree 7. A product and a sum are rounded one
/// by one: a fused operation is a library call on processors that the baseline build has to serve.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
    let clamped = pointwiseMin(pointwiseMax(x, Vector(repeating: -87.33)), Vector(repeating: 88.37))
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
    let magic = Vector(repeating: 12_582_912)
    let shifted = clamped * 1.442_695_040_888_963_4 + magic
    let n = shifted - magic
    let r = clamped - n * 0.693_359_375 - n * -2.121_944_400_546_905_8e-4
    // Taylor coefficients 1/k!: on |r| <= ln(2)/2 the term left out is below 1e-8 of the result.
    var p = r * Float(1.0 / 5040) + Float(1.0 / 720)
    p = p * r + Float(1.0 / 120)
    p = p * r + Float(1.0 / 24)
    p = p * r + Float(1.0 / 6)
    p = p * r + 0.5
    let result = p * (r * r) + r + 1
    let bits = unsafeBitCast(shifted, to: IntegerVector.self) &- unsafeBitCast(magic, to: IntegerVector.self)
    let scale = unsafeBitCast((bits &+ 127) &<< 23, to: Vector.self)
    let inRange = (result * scale).replacing(with: 0, where: x .< -87.33)
    return inRange.replacing(with: x, where: x .!= x)
}
