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

/// target += source · factors over `count` floats.
func addProduct(
    _ source: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
    let whole = count & ~7
    var index = 0
    while index < whole {
        target.store(target.vector(at: index) + source.vector(at: index) * factors.vector(at: index), at: index)
        index += 8
    }
    while index < count {
        target[index] += source[index] * factors[index]
        index += 1
    }
}
