import CaptionerKernels

/// Four rows and two vectors.
enum PortableFloat32: FloatPanelArithmetic {
    typealias Vectors = PortableVectors

    @inline(__always) static var tileRows: Int { 4 }
    @inline(__always) static var tileVectors: Int { 2 }

    @inline(__always)
    static func activations(_ source: UnsafeRawPointer) -> SIMD8<Float> {
        SIMD8(repeating: source.loadUnaligned(as: Float.self))
    }

    @inline(__always)
    static func weights(_ source: UnsafeRawPointer) -> SIMD8<Float> { source.loadUnaligned(as: SIMD8<Float>.self) }

    @inline(__always)
    static func multiplyAdd(
        _ activations: SIMD8<Float>, _ weights: SIMD8<Float>, _ sum: SIMD8<Float>
    ) -> SIMD8<Float> { activations * weights + sum }
}

/// bfloat16 is the upper half of a float, and a product of two is exact, so two roundings are one.
enum PortableBFloat16: FloatPanelArithmetic {
    typealias Vectors = PortableVectors

    /// The first of each pair, and the second.
    struct Pair {
        var first: SIMD8<Float>
        var second: SIMD8<Float>

        @inline(__always)
        init(_ bits: SIMD8<UInt32>) {
            first = unsafeBitCast(bits &<< SIMD8(repeating: 16), to: SIMD8<Float>.self)
            second = unsafeBitCast(bits & SIMD8(repeating: 0xFFFF_0000), to: SIMD8<Float>.self)
        }
    }

    @inline(__always) static var tileRows: Int { 2 }
    @inline(__always) static var tileVectors: Int { 2 }

    @inline(__always)
    static func activations(_ source: UnsafeRawPointer) -> Pair {
        Pair(SIMD8(repeating: source.loadUnaligned(as: UInt32.self)))
    }

    @inline(__always)
    static func weights(_ source: UnsafeRawPointer) -> Pair { Pair(source.loadUnaligned(as: SIMD8<UInt32>.self)) }

    @inline(__always)
    static func multiplyAdd(_ activations: Pair, _ weights: Pair, _ sum: SIMD8<Float>) -> SIMD8<Float> {
        activations.first * weights.first + (activations.second * weights.second + sum)
    }
}

/// A product of a byte from 0 to 255 and one from -127 to 127 fits into 16 bits, so two of them lie side by side in a
/// lane of 32 and are taken apart when they are added.
enum PortableInt8: IntegerPanelArithmetic {
    typealias Vectors = PortableVectors

    /// The even and the odd bytes as 16-bit numbers.
    struct Halves {
        var even: SIMD16<Int16>
        var odd: SIMD16<Int16>
    }

    @inline(__always) static var tileRows: Int { 2 }
    @inline(__always) static var tileVectors: Int { 2 }

    @inline(__always)
    static func activations(_ source: UnsafeRawPointer) -> Halves {
        let group = source.loadUnaligned(as: UInt32.self)
        let even = SIMD8<UInt32>(repeating: group & 0x00FF_00FF)
        let odd = SIMD8<UInt32>(repeating: (group &>> 8) & 0x00FF_00FF)
        return Halves(
            even: unsafeBitCast(even, to: SIMD16<Int16>.self), odd: unsafeBitCast(odd, to: SIMD16<Int16>.self))
    }

    @inline(__always)
    static func weights(_ source: UnsafeRawPointer) -> Halves {
        let pairs = source.loadUnaligned(as: SIMD16<Int16>.self)
        let eight = SIMD16<Int16>(repeating: 8)
        return Halves(even: (pairs &<< eight) &>> eight, odd: pairs &>> eight)
    }

    @inline(__always)
    static func multiplyAdd(_ activations: Halves, _ weights: Halves, _ sum: SIMD8<Int32>) -> SIMD8<Int32> {
        sum &+ added(activations.even &* weights.even) &+ added(activations.odd &* weights.odd)
    }

    @inline(__always)
    private static func added(_ products: SIMD16<Int16>) -> SIMD8<Int32> {
        let lanes = unsafeBitCast(products, to: SIMD8<Int32>.self)
        let sixteen = SIMD8<Int32>(repeating: 16)
        return ((lanes &<< sixteen) &>> sixteen) &+ (lanes &>> sixteen)
    }
}
