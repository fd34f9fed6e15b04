#if arch(x86_64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Vectors of eight floats.
    public enum AVX2Vectors: FloatVectors {
        public typealias Vector = SIMD8<Float>
        public typealias Integers = __m256i

        @inlinable @inline(__always) public static var laneCount: Int { 8 }
        @inlinable @inline(__always) public static var zero: Vector { _mm256_setzero_ps() }
        @inlinable @inline(__always) public static func broadcast(_ value: Float) -> Vector { _mm256_set1_ps(value) }

        @inlinable @inline(__always)
        public static func load(_ source: UnsafePointer<Float>) -> Vector {
            UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
        }

        @inlinable @inline(__always)
        public static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector {
            count >= 8 ? load(source) : _mm256_maskload_ps(source, mask(count))
        }

        @inlinable @inline(__always)
        public static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>) {
            UnsafeMutableRawPointer(target).storeBytes(of: vector, as: Vector.self)
        }

        @inlinable @inline(__always)
        public static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>, count: Int) {
            if count >= 8 { store(vector, to: target) } else { _mm256_maskstore_ps(target, mask(count), vector) }
        }

        /// All ones in the first `count` lanes.
        @inlinable @inline(__always)
        static func mask(_ count: Int) -> Integers {
            let counts = _mm256_set1_epi32(Int32(truncatingIfNeeded: max(count, 0)))
            return _mm256_cmpgt_epi32(counts, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
        }

        /// A register has rows i and i + 4, so that transposing squares within halves leaves columns in order.
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
            func rows(_ index: Int) -> Vector { SIMD8(lowHalf: row(index), highHalf: row(index &+ 4)) }
            let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3))
            let (lowAB, lowCD) = (pairs(_mm256_unpacklo_ps(a, b)), pairs(_mm256_unpacklo_ps(c, d)))
            let (highAB, highCD) = (pairs(_mm256_unpackhi_ps(a, b)), pairs(_mm256_unpackhi_ps(c, d)))
            target.storeBytes(of: _mm256_unpacklo_pd(lowAB, lowCD), as: SIMD4<Double>.self)
            target.storeBytes(of: _mm256_unpackhi_pd(lowAB, lowCD), toByteOffset: stride, as: SIMD4<Double>.self)
            target.storeBytes(of: _mm256_unpacklo_pd(highAB, highCD), toByteOffset: 2 &* stride, as: SIMD4<Double>.self)
            target.storeBytes(of: _mm256_unpackhi_pd(highAB, highCD), toByteOffset: 3 &* stride, as: SIMD4<Double>.self)
        }

        @inlinable @inline(__always)
        static func pairs(_ vector: Vector) -> SIMD4<Double> { unsafeBitCast(vector, to: SIMD4<Double>.self) }

        @inlinable @inline(__always)
        public static func add(_ a: Vector, _ b: Vector) -> Vector { _mm256_add_ps(a, b) }
        @inlinable @inline(__always)
        public static func subtract(_ a: Vector, _ b: Vector) -> Vector { _mm256_sub_ps(a, b) }
        @inlinable @inline(__always)
        public static func multiply(_ a: Vector, _ b: Vector) -> Vector { _mm256_mul_ps(a, b) }
        @inlinable @inline(__always)
        public static func divide(_ a: Vector, _ b: Vector) -> Vector { _mm256_div_ps(a, b) }
        @inlinable @inline(__always)
        public static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { _mm256_fmadd_ps(a, b, c) }
        @inlinable @inline(__always)
        public static func minimum(_ a: Vector, _ b: Vector) -> Vector { _mm256_min_ps(a, b) }
        @inlinable @inline(__always)
        public static func maximum(_ a: Vector, _ b: Vector) -> Vector { _mm256_max_ps(a, b) }

        @inlinable @inline(__always)
        public static func sum(_ vector: Vector) -> Float {
            let fours = vector.lowHalf + vector.highHalf
            let twos = fours.lowHalf + fours.highHalf
            return twos.x + twos.y
        }

        @inlinable @inline(__always)
        public static func minimum(of vector: Vector) -> Float {
            let fours = _mm_min_ps(vector.lowHalf, vector.highHalf)
            return min(min(fours.x, fours.y), min(fours.z, fours.w))
        }

        @inlinable @inline(__always)
        public static func maximum(of vector: Vector) -> Float {
            let fours = _mm_max_ps(vector.lowHalf, vector.highHalf)
            return max(max(fours.x, fours.y), max(fours.z, fours.w))
        }

        @inlinable @inline(__always)
        public static func rounded(_ vector: Vector) -> Integers { _mm256_cvtps_epi32(vector) }
        @inlinable @inline(__always)
        public static func floats(_ integers: Integers) -> Vector { _mm256_cvtepi32_ps(integers) }
        @inlinable @inline(__always)
        public static func broadcast(_ value: Int32) -> Integers { _mm256_set1_epi32(value) }
        @inlinable @inline(__always)
        public static func loadIntegers(_ source: UnsafePointer<Int32>) -> Integers {
            UnsafeRawPointer(source).loadUnaligned(as: Integers.self)
        }
        @inlinable @inline(__always)
        public static func subtractProduct(_ a: Integers, _ b: Integers, _ c: Integers) -> Integers {
            _mm256_sub_epi32(a, _mm256_mullo_epi32(b, c))
        }
        @inlinable @inline(__always)
        public static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector {
            let powers = _mm256_slli_epi32(_mm256_add_epi32(n, broadcast(127 as Int32)), 23)
            return _mm256_mul_ps(vector, unsafeBitCast(powers, to: Vector.self))
        }

        @inlinable @inline(__always)
        public static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int) {
            let bits = unsafeBitCast(vector, to: Integers.self)
            let isOdd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), broadcast(1 as Int32))
            let rounded = _mm256_add_epi32(bits, _mm256_add_epi32(isOdd, broadcast(0x7FFF as Int32)))
            // Where the exponent is all ones and the fraction is not zero; rounding could make an infinity of it.
            let magnitude = _mm256_and_si256(bits, broadcast(0x7FFF_FFFF as Int32))
            let isNaN = _mm256_cmpgt_epi32(magnitude, broadcast(0x7F80_0000 as Int32))
            let quiet = _mm256_or_si256(bits, broadcast(0x40_0000 as Int32))
            let result = _mm256_srli_epi32(_mm256_blendv_epi8(rounded, quiet, isNaN), 16)
            let numbers = packed(result)
            if count >= 8 {
                UnsafeMutableRawPointer(target).storeBytes(of: numbers, as: __m128i.self)
            } else {
                let lanes = unsafeBitCast(numbers, to: SIMD8<UInt16>.self)
                var lane = 0
                while lane < count {
                    target[lane] = lanes[lane]
                    lane &+= 1
                }
            }
        }

        @inlinable @inline(__always)
        public static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int) {
            let words = packed(
                _mm256_min_epi32(_mm256_max_epi32(integers, broadcast(0 as Int32)), broadcast(255 as Int32)))
            let bytes = unsafeBitCast(_mm_packus_epi16(words, words), to: SIMD2<UInt64>.self)
            if count >= 8 {
                UnsafeMutableRawPointer(target).storeBytes(of: bytes[0], as: UInt64.self)
            } else {
                var lane = 0
                while lane < count {
                    target[lane] = UInt8(truncatingIfNeeded: bytes[0] &>> UInt64(8 &* lane))
                    lane &+= 1
                }
            }
        }

        /// The low halves of eight integers that fit into them, without sign.
        @inlinable @inline(__always)
        static func packed(_ integers: Integers) -> __m128i {
            _mm_packus_epi32(integers.lowHalf, integers.highHalf)
        }
    }
#endif
