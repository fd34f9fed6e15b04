import CaptionerKernels

/// Vectors of eight floats in Swift's own SIMD types: two registers of SSE2 or NEON each.
enum PortableVectors: FloatVectors {
    typealias Vector = SIMD8<Float>
    typealias Integers = SIMD8<Int32>

    @inline(__always) static var laneCount: Int { 8 }
    @inline(__always) static var zero: Vector { Vector() }
    @inline(__always) static func broadcast(_ value: Float) -> Vector { Vector(repeating: value) }

    @inline(__always)
    static func load(_ source: UnsafePointer<Float>) -> Vector {
        UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector {
        guard count < 8 else { return load(source) }
        var vector = Vector()
        for lane in 0..<max(count, 0) { vector[lane] = source[lane] }
        return vector
    }

    @inline(__always)
    static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(target).storeBytes(of: vector, as: Vector.self)
    }

    @inline(__always)
    static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>, count: Int) {
        guard count < 8 else { return store(vector, to: target) }
        for lane in 0..<max(count, 0) { target[lane] = vector[lane] }
    }

    @inline(__always) static func add(_ a: Vector, _ b: Vector) -> Vector { a + b }
    @inline(__always) static func subtract(_ a: Vector, _ b: Vector) -> Vector { a - b }
    @inline(__always) static func multiply(_ a: Vector, _ b: Vector) -> Vector { a * b }
    @inline(__always) static func divide(_ a: Vector, _ b: Vector) -> Vector { a / b }
    /// Rounded twice: one rounding is a library call on processors that this has to serve.
    @inline(__always) static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { a * b + c }
    @inline(__always) static func minimum(_ a: Vector, _ b: Vector) -> Vector { b.replacing(with: a, where: a .< b) }
    @inline(__always) static func maximum(_ a: Vector, _ b: Vector) -> Vector { b.replacing(with: a, where: a .> b) }
    /// The upper half onto the lower, as the other instruction sets do it; what `sum()` does is up to the library.
    @inline(__always)
    static func sum(_ vector: Vector) -> Float {
        let fours = vector.lowHalf + vector.highHalf
        let twos = fours.lowHalf + fours.highHalf
        return twos.x + twos.y
    }
    @inline(__always) static func minimum(of vector: Vector) -> Float { vector.min() }
    @inline(__always) static func maximum(of vector: Vector) -> Float { vector.max() }

    /// Adding 1.5 · 2²³ rounds to the nearest integer, ties to even, and leaves it in the low bits; what is beyond ±2²² is
    /// clamped to it, which makes no difference to any caller.
    @inline(__always)
    static func rounded(_ vector: Vector) -> Integers {
        let limit = broadcast(4_194_304 as Float)
        let magic = broadcast(12_582_912 as Float)
        let sum = minimum(maximum(vector, broadcast(-4_194_304 as Float)), limit) + magic
        return unsafeBitCast(sum, to: Integers.self) &- unsafeBitCast(magic, to: Integers.self)
    }

    @inline(__always) static func floats(_ integers: Integers) -> Vector { Vector(integers) }
    @inline(__always) static func broadcast(_ value: Int32) -> Integers { Integers(repeating: value) }
    @inline(__always)
    static func loadIntegers(_ source: UnsafePointer<Int32>) -> Integers {
        UnsafeRawPointer(source).loadUnaligned(as: Integers.self)
    }
    @inline(__always)
    static func subtractProduct(_ a: Integers, _ b: Integers, _ c: Integers) -> Integers { a &- b &* c }
    @inline(__always)
    static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector {
        vector * unsafeBitCast((n &+ broadcast(127 as Int32)) &<< broadcast(23 as Int32), to: Vector.self)
    }

    @inline(__always)
    static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int) {
        for lane in 0..<min(max(count, 0), 8) { target[lane] = BFloat16.bits(vector[lane]) }
    }

    @inline(__always)
    static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int) {
        for lane in 0..<min(max(count, 0), 8) {
            target[lane] = UInt8(truncatingIfNeeded: min(max(integers[lane], 0), 255))
        }
    }
}
