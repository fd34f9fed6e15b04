/// The epilogue of a row of a float32 product: bias and activation.
///
/// - Parameters:
///   - row: `count` sums, replaced.
///   - bias: `[count]`, if there is one.
@inlinable @inline(__always)
public func finish<V: FloatVectors>(
    _: V.Type, _ row: UnsafeMutablePointer<Float>, count: Int, bias: UnsafePointer<Float>?,
    activation: PanelBlock.Activation
) {
    var index = 0
    while index < count {
        let rest = count &- index
        var value = V.load(row + index, count: rest)
        if let bias { value = V.add(value, V.load(bias + index, count: rest)) }
        value = applied(V.self, activation, to: value)
        V.store(value, to: row + index, count: rest)
        index &+= V.laneCount
    }
}

/// Replaces `count` numbers by cap · tanh(scale · x / cap).
@inlinable @inline(__always)
public func softCap<V: FloatVectors>(
    _: V.Type, _ row: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float
) {
    let (inner, outer) = (V.broadcast(scale / cap), V.broadcast(cap))
    var index = 0
    while index < count {
        let rest = count &- index
        let tangent = V.hyperbolicTangent(V.multiply(V.load(row + index, count: rest), inner))
        V.store(V.multiply(tangent, outer), to: row + index, count: rest)
        index &+= V.laneCount
    }
}

/// Limits `count` scores where there is a limit: replaces them by cap · tanh(scale · x / cap) where the cap is above 0.
/// - Returns: the scale that they still have to be multiplied by.
@inlinable @inline(__always)
func limit<V: FloatVectors>(
    _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float
) -> Float {
    guard cap > 0 else { return scale }
    softCap(V.self, scores, count: count, scale: scale, cap: cap)
    return 1
}

/// Replaces `count` scores by e^(scale · (x - max)).
/// - Returns: their sum: by lanes, then the lanes, then what fills no vector.
@inlinable @inline(__always)
public func exponentials<V: FloatVectors>(
    _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float
) -> Float {
    let lanes = V.laneCount
    let whole = count / lanes &* lanes
    let (largest, factor) = (V.broadcast(largestScore(V.self, scores, count: count)), V.broadcast(scale))
    var sums = V.zero
    var index = 0
    while index < count {
        let rest = count &- index
        let power = V.exponential(V.multiply(V.subtract(V.load(scores + index, count: rest), largest), factor))
        V.store(power, to: scores + index, count: rest)
        if index < whole { sums = V.add(sums, power) }
        index &+= lanes
    }
    return V.sum(sums, and: scores + whole, count: count &- whole)
}

/// Writes e^(scale · (x - max)) of `count` scores, roughly, as bfloat16.
/// - Parameter scores: those that fill no vector are replaced by their powers.
/// - Returns: the sum of what was rounded, in the order of the precise form.
@inlinable @inline(__always)
func exponentials<V: FloatVectors>(
    _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float,
    into target: UnsafeMutablePointer<UInt16>
) -> Float {
    let lanes = V.laneCount
    let whole = count / lanes &* lanes
    let largest = V.broadcast(largestScore(V.self, scores, count: count))
    // e^x = 2^(x · log₂ e).
    let factor = V.broadcast(scale * 1.442_695_040_888_963_4)
    var sums = V.zero
    var index = 0
    while index &+ 4 &* lanes <= whole {
        typealias Pair = Paired<V>
        func exponent(_ vector: Int) -> V.Vector {
            V.multiply(V.subtract(V.load(scores + (index &+ vector &* lanes)), largest), factor)
        }
        let powers = Paired<Pair>.roughPowerOfTwo(
            Paired<Pair>.Vector(Pair.Vector(exponent(0), exponent(1)), Pair.Vector(exponent(2), exponent(3))))
        let (early, late) = (powers.first, powers.second)
        V.storeBFloat16(early.first, early.second, to: target + index)
        V.storeBFloat16(late.first, late.second, to: target + (index &+ 2 &* lanes))
        sums = V.add(V.add(V.add(V.add(sums, early.first), early.second), late.first), late.second)
        index &+= 4 &* lanes
    }
    while index < count {
        let rest = count &- index
        let power = V.roughPowerOfTwo(V.multiply(V.subtract(V.load(scores + index, count: rest), largest), factor))
        V.storeBFloat16(power, to: target + index, count: rest)
        if index < whole { sums = V.add(sums, power) } else { V.store(power, to: scores + index, count: rest) }
        index &+= lanes
    }
    return V.sum(sums, and: scores + whole, count: count &- whole)
}

@inlinable @inline(__always)
func largestScore<V: FloatVectors>(_: V.Type, _ scores: UnsafePointer<Float>, count: Int) -> Float {
    let whole = count / V.laneCount &* V.laneCount
    var largests = V.broadcast(-Float.infinity)
    var index = 0
    while index < whole {
        largests = V.maximum(V.load(scores + index), largests)
        index &+= V.laneCount
    }
    var largest = V.maximum(of: largests)
    while index < count {
        largest = max(largest, scores[index])
        index &+= 1
    }
    return largest
}

extension FloatVectors {
    /// The sum of all lanes, and then of some floats.
    @inlinable @inline(__always)
    static func sum(_ vector: Vector, and floats: UnsafePointer<Float>, count: Int) -> Float {
        var total = sum(vector)
        var index = 0
        while index < count {
            total += floats[index]
            index &+= 1
        }
        return total
    }
}

/// Reads memory once, as fast as possible: the read bandwidth of the machine.
/// - Returns: something that depends on all of it.
@inlinable @inline(__always)
public func largest<V: FloatVectors>(_: V.Type, _ floats: UnsafePointer<Float>, count: Int) -> Float {
    let lanes = V.laneCount
    var found = InlineArray<4, V.Vector>(repeating: V.zero)
    var index = 0
    while index &+ 4 &* lanes <= count {
        var part = 0
        while part < 4 {
            found[unchecked: part] = V.maximum(V.load(floats + (index &+ part &* lanes)), found[unchecked: part])
            part &+= 1
        }
        index &+= 4 &* lanes
    }
    return V.maximum(
        of: V.maximum(
            V.maximum(found[unchecked: 0], found[unchecked: 1]), V.maximum(found[unchecked: 2], found[unchecked: 3])))
}

/// An activation function after float32 products.
@inlinable @inline(__always)
func applied<V: FloatVectors>(_: V.Type, _ activation: PanelBlock.Activation, to value: V.Vector) -> V.Vector {
    switch activation {
    case .identity: value
    case .gelu: V.gaussianErrorLinearUnit(value)
    case .relu: V.maximum(V.zero, value)
    case .tanhGELU: V.tanhGaussianErrorLinearUnit(value)
    case .quickGELU: V.sigmoidProduct(value, V.multiply(value, V.broadcast(1.702 as Float)))
    case .silu: V.sigmoidProduct(value, value)
    }
}
