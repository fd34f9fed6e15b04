#if arch(x86_64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Vectors of sixteen floats.
    public enum AVX512Vectors: WideFloatVectors {}

    /// What processors with more instructions than AVX-512 F, BW, DQ and VL do alike.
    public protocol WideFloatVectors: FloatVectors where Vector == SIMD16<Float>, Integers == __m512i {}

    extension WideFloatVectors {
        @inlinable @inline(__always) public static var laneCount: Int { 16 }
        @inlinable @inline(__always) public static var zero: Vector { _mm512_setzero_ps() }
        @inlinable @inline(__always) public static func broadcast(_ value: Float) -> Vector { _mm512_set1_ps(value) }

        @inlinable @inline(__always)
        public static func load(_ source: UnsafePointer<Float>) -> Vector {
            UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
        }

        @inlinable @inline(__always)
        public static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector {
            count >= 16 ? load(source) : _mm512_maskz_loadu_ps(mask(count), source)
        }

        @inlinable @inline(__always)
        public static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>) {
            UnsafeMutableRawPointer(target).storeBytes(of: vector, as: Vector.self)
        }

        @inlinable @inline(__always)
        public static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>, count: Int) {
            if count >= 16 { store(vector, to: target) } else { _mm512_mask_storeu_ps(target, mask(count), vector) }
        }

        @inlinable @inline(__always)
        public static func mask(_ count: Int) -> UInt16 {
            UInt16(truncatingIfNeeded: (1 &<< min(max(count, 0), 16)) &- 1)
        }

        /// A register has rows i, i + 4, i + 8 and i + 12, so that transposing squares within quarters leaves columns in order.
        /// Not inlined, for in a loop the compiler would keep an address for each row, and has no registers for so many.
        @inlinable @inline(never)
        public static func transposeFourColumns(
            _ source: UnsafeRawPointer, rowStride: Int, to target: UnsafeMutableRawPointer, stride: Int
        ) {
            @inline(__always)
            func row(_ index: Int) -> SIMD4<Float> {
                source.loadUnaligned(fromByteOffset: index &* rowStride, as: SIMD4<Float>.self)
            }
            @inline(__always)
            func rows(_ index: Int) -> Vector {
                let early = SIMD8(lowHalf: row(index), highHalf: row(index &+ 4))
                return SIMD16(lowHalf: early, highHalf: SIMD8(lowHalf: row(index &+ 8), highHalf: row(index &+ 12)))
            }
            let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3))
            let (lowAB, lowCD) = (pairs(_mm512_unpacklo_ps(a, b)), pairs(_mm512_unpacklo_ps(c, d)))
            let (highAB, highCD) = (pairs(_mm512_unpackhi_ps(a, b)), pairs(_mm512_unpackhi_ps(c, d)))
            target.storeBytes(of: _mm512_unpacklo_pd(lowAB, lowCD), as: SIMD8<Double>.self)
            target.storeBytes(of: _mm512_unpackhi_pd(lowAB, lowCD), toByteOffset: stride, as: SIMD8<Double>.self)
            target.storeBytes(of: _mm512_unpacklo_pd(highAB, highCD), toByteOffset: 2 &* stride, as: SIMD8<Double>.self)
            target.storeBytes(of: _mm512_unpackhi_pd(highAB, highCD), toByteOffset: 3 &* stride, as: SIMD8<Double>.self)
        }

        @inlinable @inline(__always)
        static func pairs(_ vector: Vector) -> SIMD8<Double> { unsafeBitCast(vector, to: SIMD8<Double>.self) }

        @inlinable @inline(__always)
        public static func add(_ a: Vector, _ b: Vector) -> Vector { _mm512_add_ps(a, b) }
        @inlinable @inline(__always)
        public static func subtract(_ a: Vector, _ b: Vector) -> Vector { _mm512_sub_ps(a, b) }
        @inlinable @inline(__always)
        public static func multiply(_ a: Vector, _ b: Vector) -> Vector { _mm512_mul_ps(a, b) }
        @inlinable @inline(__always)
        public static func divide(_ a: Vector, _ b: Vector) -> Vector { _mm512_div_ps(a, b) }
        @inlinable @inline(__always)
        public static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { _mm512_fmadd_ps(a, b, c) }
        @inlinable @inline(__always)
        public static func minimum(_ a: Vector, _ b: Vector) -> Vector { _mm512_min_ps(a, b) }
        @inlinable @inline(__always)
        public static func maximum(_ a: Vector, _ b: Vector) -> Vector { _mm512_max_ps(a, b) }
        @inlinable @inline(__always)
        public static func sum(_ vector: Vector) -> Float { _mm512_reduce_add_ps(vector) }
        @inlinable @inline(__always)
        public static func minimum(of vector: Vector) -> Float { _mm512_reduce_min_ps(vector) }
        @inlinable @inline(__always)
        public static func maximum(of vector: Vector) -> Float { _mm512_reduce_max_ps(vector) }

        @inlinable @inline(__always)
        public static func rounded(_ vector: Vector) -> Integers { _mm512_cvtps_epi32(vector) }
        @inlinable @inline(__always)
        public static func floats(_ integers: Integers) -> Vector { _mm512_cvtepi32_ps(integers) }
        @inlinable @inline(__always)
        public static func broadcast(_ value: Int32) -> Integers { _mm512_set1_epi32(value) }
        @inlinable @inline(__always)
        public static func loadIntegers(_ source: UnsafePointer<Int32>) -> Integers {
            UnsafeRawPointer(source).loadUnaligned(as: Integers.self)
        }
        @inlinable @inline(__always)
        public static func subtractProduct(_ a: Integers, _ b: Integers, _ c: Integers) -> Integers {
            _mm512_sub_epi32(a, _mm512_mullo_epi32(b, c))
        }
        @inlinable @inline(__always)
        public static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector {
            // The same for numbers that are normal and stay so, in a quarter of the time that `_mm512_scalef_ps` takes.
            unsafeBitCast(
                _mm512_add_epi32(unsafeBitCast(vector, to: Integers.self), _mm512_slli_epi32(n, 23)), to: Vector.self)
        }

        @inlinable @inline(__always)
        public static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int) {
            let bits = unsafeBitCast(vector, to: Integers.self)
            let isOdd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), broadcast(1 as Int32))
            let rounded = _mm512_add_epi32(bits, _mm512_add_epi32(isOdd, broadcast(0x7FFF as Int32)))
            // Where the exponent is all ones and the fraction is not zero; rounding could make an infinity of it.
            let magnitude = _mm512_and_si512(bits, broadcast(0x7FFF_FFFF as Int32))
            let infinity = broadcast(0x7F80_0000 as Int32)
            let isNaN = _mm512_srai_epi32(_mm512_sub_epi32(infinity, magnitude), 31)
            let quiet = _mm512_or_si512(bits, broadcast(0x40_0000 as Int32))
            let result = _mm512_srli_epi32(
                _mm512_or_si512(_mm512_and_si512(isNaN, quiet), _mm512_andnot_si512(isNaN, rounded)), 16)
            let numbers = _mm512_cvtepi32_epi16(result)
            if count >= 16 {
                UnsafeMutableRawPointer(target).storeBytes(of: numbers, as: __m256i.self)
            } else {
                _mm256_mask_storeu_epi16(target, mask(count), numbers)
            }
        }

        @inlinable @inline(__always)
        public static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int) {
            let bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(integers, _mm512_setzero_si512()))
            if count >= 16 {
                UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: __m128i.self)
            } else {
                _mm_mask_storeu_epi8(target, mask(count), bytes)
            }
        }
    }
#endif
