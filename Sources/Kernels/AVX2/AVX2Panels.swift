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

    /// Six rows and two vectors, as in float32.
    enum AVX2BFloat16: SplitBFloat16Arithmetic {
        typealias Vectors = AVX2Vectors

        @inline(__always) static var tileRows: Int { 6 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> SIMD8<Float> { AVX2Float32.activations(source) }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer, part: Int) -> SIMD8<Float> {
            let pairs = source.loadUnaligned(as: __m256i.self)
            let half =
                part == 0
                ? _mm256_and_si256(pairs, _mm256_set1_epi32(Int32(bitPattern: 0xFFFF_0000)))
                : _mm256_slli_epi32(pairs, 16)
            return unsafeBitCast(half, to: SIMD8<Float>.self)
        }

        @inline(__always)
        static func multiplyAdd(
            _ activations: SIMD8<Float>, _ weights: SIMD8<Float>, _ sum: SIMD8<Float>
        ) -> SIMD8<Float> { _mm256_fmadd_ps(activations, weights, sum) }
    }

    /// Six rows and two vectors: 12 sums, 2 vectors of weights, a part of a group and a product make 16 registers.
    enum AVX2Int8: SplitByteArithmetic {
        typealias Vectors = AVX2Vectors

        @inline(__always) static var tileRows: Int { 6 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> __m256i {
            _mm256_set1_epi32(source.loadUnaligned(as: Int32.self))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer, part: Int) -> __m256i {
            let bytes = source.loadUnaligned(as: __m256i.self)
            return _mm256_srai_epi16(part == 0 ? _mm256_slli_epi16(bytes, 8) : bytes, 8)
        }

        @inline(__always)
        static func multiplyAdd(_ activations: __m256i, _ weights: __m256i, _ sum: __m256i) -> __m256i {
            _mm256_add_epi32(sum, _mm256_madd_epi16(activations, weights))
        }
    }
#endif
