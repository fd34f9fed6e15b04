#if arch(x86_64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Six rows and two vectors: 12 sums, 2 vectors of weights and a group make 15 of 16 registers.
    public enum AVX2Float32: FloatPanelArithmetic {
        public typealias Vectors = AVX2Vectors

        @inlinable @inline(__always) public static var tileRows: Int { 6 }
        @inlinable @inline(__always) public static var tileVectors: Int { 2 }

        @inlinable @inline(__always)
        public static func activations(_ source: UnsafeRawPointer) -> SIMD8<Float> {
            _mm256_set1_ps(source.loadUnaligned(as: Float.self))
        }

        @inlinable @inline(__always)
        public static func weights(_ source: UnsafeRawPointer) -> SIMD8<Float> {
            source.loadUnaligned(as: SIMD8<Float>.self)
        }

        @inlinable @inline(__always)
        public static func multiplyAdd(
            _ activations: SIMD8<Float>, _ weights: SIMD8<Float>, _ sum: SIMD8<Float>
        ) -> SIMD8<Float> { _mm256_fmadd_ps(activations, weights, sum) }
    }

    /// bfloat16 without instructions for it: a number is the upper half of a float, and a product of two of them is
    /// exact in float32, so this is what those instructions compute.
    enum AVX2BFloat16: FloatPanelArithmetic {
        typealias Vectors = AVX2Vectors

        /// The first of each pair, and the second.
        struct Pair {
            var first: SIMD8<Float>
            var second: SIMD8<Float>

            @inline(__always)
            init(_ bits: __m256i) {
                first = unsafeBitCast(_mm256_slli_epi32(bits, 16), to: SIMD8<Float>.self)
                second = unsafeBitCast(
                    _mm256_and_si256(bits, _mm256_set1_epi32(Int32(bitPattern: 0xFFFF_0000))), to: SIMD8<Float>.self)
            }
        }

        @inline(__always) static var tileRows: Int { 3 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> Pair {
            Pair(_mm256_set1_epi32(source.loadUnaligned(as: Int32.self)))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> Pair { Pair(source.loadUnaligned(as: __m256i.self)) }

        @inline(__always)
        static func multiplyAdd(_ activations: Pair, _ weights: Pair, _ sum: SIMD8<Float>) -> SIMD8<Float> {
            _mm256_fmadd_ps(
                activations.first, weights.first, _mm256_fmadd_ps(activations.second, weights.second, sum))
        }
    }

    /// int8 without instructions for it: the even and the odd bytes as 16-bit numbers, whose products are added in pairs,
    /// exactly.
    enum AVX2Int8: IntegerPanelArithmetic {
        typealias Vectors = AVX2Vectors

        struct Halves {
            var even: __m256i
            var odd: __m256i
        }

        @inline(__always) static var tileRows: Int { 3 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> Halves {
            let bytes = _mm256_set1_epi32(source.loadUnaligned(as: Int32.self))
            return Halves(
                even: _mm256_and_si256(bytes, _mm256_set1_epi32(0x00FF_00FF)), odd: _mm256_srli_epi16(bytes, 8))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> Halves {
            let bytes = source.loadUnaligned(as: __m256i.self)
            return Halves(even: _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), odd: _mm256_srai_epi16(bytes, 8))
        }

        @inline(__always)
        static func multiplyAdd(_ activations: Halves, _ weights: Halves, _ sum: __m256i) -> __m256i {
            _mm256_add_epi32(
                _mm256_add_epi32(sum, _mm256_madd_epi16(activations.even, weights.even)),
                _mm256_madd_epi16(activations.odd, weights.odd))
        }
    }
#endif
