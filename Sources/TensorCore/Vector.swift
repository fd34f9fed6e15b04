/// The vector that element-wise loops use. Eight floats fill one AVX register and two of SSE or NEON.
typealias Vector = SIMD8<Float>
typealias IntegerVector = SIMD8<Int32>

extension UnsafePointer where Pointee == Float {
    @inline(__always)
    func vector(at index: Int) -> Vector {
        UnsafeRawPointer(self + index).loadUnaligned(as: Vector.self)
    }
}

extension UnsafeMutablePointer where Pointee == Float {
    @inline(__always)
    func vector(at index: Int) -> Vector {
        UnsafeRawPointer(self + index).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    func store(_ vector: Vector, at index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: Vector.self)
    }
}

/// Applies `transform` to `count` floats, eight at a time. The rest goes through the same arithmetic in a padded
/// vector, so a float's result does not depend on where it stands.
@inline(__always)
func mapInPlace(_ pointer: UnsafeMutablePointer<Float>, count: Int, _ transform: (Vector) -> Vector) {
    let whole = count & ~7
    var index = 0
    while index < whole {
        pointer.store(transform(pointer.vector(at: index)), at: index)
        index += 8
    }
    guard whole < count else { return }
    var rest = Vector()
    for lane in 0..<(count - whole) { rest[lane] = pointer[whole + lane] }
    rest = transform(rest)
    for lane in 0..<(count - whole) { pointer[whole + lane] = rest[lane] }
}

/// Σ transform(x) over `count` floats: eight interleaved partial sums, then those in order, then the rest. The result
/// depends on the floats alone.
@inline(__always)
func sum(_ pointer: UnsafePointer<Float>, count: Int, _ transform: (Vector) -> Vector = { $0 }) -> Float {
    var sums = Vector()
    let whole = count & ~7
    var index = 0
    while index < whole {
        sums += transform(pointer.vector(at: index))
        index += 8
    }
    var total = sums.sum()
    while index < count {
        total += transform(Vector(repeating: pointer[index]))[0]
        index += 1
    }
    return total
}

/// target += source over `count` floats.
package func accumulate(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) {
    let whole = count & ~7
    var index = 0
    while index < whole {
        target.store(target.vector(at: index) + source.vector(at: index), at: index)
        index += 8
    }
    while index < count {
        target[index] += source[index]
        index += 1
    }
}
