/// What follows a float32 product of a row: bias and activation.
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
        value =
            activation == .gelu ? V.gaussianErrorLinearUnit(value) : applied(V.self, activation, to: value)
        V.store(value, to: row + index, count: rest)
        index &+= V.laneCount
    }
}

/// Replaces `count` scores by e^(scale · (x - max)).
/// - Returns: their sum.
@inlinable @inline(__always)
public func exponentials<V: FloatVectors>(
    _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float
) -> Float {
    exponentials(V.self, scores, count: count) { vector, largest, rest, index in
        let power = V.exponential(V.multiply(V.subtract(vector, largest), V.broadcast(scale)))
        V.store(power, to: scores + index, count: rest)
        return power
    }
}

/// Writes e^(scale · (x - max)) of `count` scores, which are overwritten in part, as bfloat16.
/// - Returns: the sum of what was rounded.
@inlinable @inline(__always)
func exponentials<V: FloatVectors>(
    _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float,
    into target: UnsafeMutablePointer<UInt16>
) -> Float {
    exponentials(V.self, scores, count: count) { vector, largest, rest, index in
        let power = V.roughExponential(V.multiply(V.subtract(vector, largest), V.broadcast(scale)))
        V.storeBFloat16(power, to: target + index, count: rest)
        return power
    }
}

/// Makes a power of each of `count` scores.
/// - Parameters:
///   - scores: those that fill no vector are replaced by their powers.
///   - power: makes the powers of a vector from the largest of all scores, and stores the first `rest`.
/// - Returns: their sum: by lanes, then the lanes, then what fills no vector.
@inlinable @inline(__always)
func exponentials<V: FloatVectors>(
    _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int,
    power: (_ scores: V.Vector, _ largest: V.Vector, _ rest: Int, _ index: Int) -> V.Vector
) -> Float {
    let lanes = V.laneCount
    let whole = count / lanes &* lanes
    var largests = V.broadcast(-Float.infinity)
    var index = 0
    while index < whole {
        largests = V.maximum(V.load(scores + index), largests)
        index &+= lanes
    }
    var largest = V.maximum(of: largests)
    while index < count {
        largest = max(largest, scores[index])
        index &+= 1
    }
    var sums = V.zero
    index = 0
    while index < whole {
        sums = V.add(sums, power(V.load(scores + index), V.broadcast(largest), lanes, index))
        index &+= lanes
    }
    var total = V.sum(sums)
    guard index < count else { return total }
    let rest = count &- whole
    let powers = power(V.load(scores + whole, count: rest), V.broadcast(largest), rest, whole)
    V.store(powers, to: scores + whole, count: rest)
    while index < count {
        total += scores[index]
        index &+= 1
    }
    return total
}

/// Reads memory once, as fast as it comes: what a machine's memory gives.
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

/// An activation function after products in any precision, `gelu` in its rough form.
@inlinable @inline(__always)
func applied<V: FloatVectors>(_: V.Type, _ activation: PanelBlock.Activation, to value: V.Vector) -> V.Vector {
    switch activation {
    case .identity: value
    case .gelu: V.roughGaussianErrorLinearUnit(value)
    case .relu: V.maximum(V.zero, value)
    case .tanhGELU: V.tanhGaussianErrorLinearUnit(value)
    case .quickGELU: V.sigmoidProduct(value, V.multiply(value, V.broadcast(1.702 as Float)))
    case .silu: V.sigmoidProduct(value, value)
    }
}
