#if arch(x86_64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Six rows and four vectors: 24 sums, 4 vectors of weights and a group make 29 of 32 registers.
    public enum AVX512Float32: FloatPanelArithmetic {
        public typealias Vectors = AVX512Vectors

        @inlinable @inline(__always) public static var tileRows: Int { 6 }
        @inlinable @inline(__always) public static var tileVectors: Int { 4 }

        @inlinable @inline(__always)
        public static func activations(_ source: UnsafeRawPointer) -> SIMD16<Float> {
            _mm512_set1_ps(source.loadUnaligned(as: Float.self))
        }

        @inlinable @inline(__always)
        public static func weights(_ source: UnsafeRawPointer) -> SIMD16<Float> {
            source.loadUnaligned(as: SIMD16<Float>.self)
        }

        @inlinable @inline(__always)
        public static func multiplyAdd(
            _ activations: SIMD16<Float>, _ weights: SIMD16<Float>, _ sum: SIMD16<Float>
        ) -> SIMD16<Float> { _mm512_fmadd_ps(activations, weights, sum) }
    }

    /// Six rows and four vectors, as in float32.
    public protocol WidenedBFloat16Arithmetic: SplitBFloat16Arithmetic
    where Vectors.Vector == SIMD16<Float>, Activations == SIMD16<Float>, Weights == SIMD16<Float> {}

    extension WidenedBFloat16Arithmetic {
        @inlinable @inline(__always) public static var tileRows: Int { 6 }
        @inlinable @inline(__always) public static var tileVectors: Int { 4 }

        @inlinable @inline(__always)
        public static func activations(_ source: UnsafeRawPointer) -> SIMD16<Float> {
            AVX512Float32.activations(source)
        }

        @inlinable @inline(__always)
        public static func weights(_ source: UnsafeRawPointer, part: Int) -> SIMD16<Float> {
            let pairs = source.loadUnaligned(as: __m512i.self)
            let half =
                part == 0
                ? _mm512_and_si512(pairs, _mm512_set1_epi32(Int32(bitPattern: 0xFFFF_0000)))
                : _mm512_slli_epi32(pairs, 16)
            return unsafeBitCast(half, to: SIMD16<Float>.self)
        }

        @inlinable @inline(__always)
        public static func multiplyAdd(
            _ activations: SIMD16<Float>, _ weights: SIMD16<Float>, _ sum: SIMD16<Float>
        ) -> SIMD16<Float> { _mm512_fmadd_ps(activations, weights, sum) }
    }

    enum AVX512BFloat16: WidenedBFloat16Arithmetic {
        typealias Vectors = AVX512Vectors
    }

    enum AVX512Int8: SplitByteArithmetic {
        typealias Vectors = AVX512Vectors

        @inline(__always) static var tileRows: Int { 6 }
        @inline(__always) static var tileVectors: Int { 4 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> __m512i {
            _mm512_set1_epi32(source.loadUnaligned(as: Int32.self))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer, part: Int) -> __m512i {
            let bytes = source.loadUnaligned(as: __m512i.self)
            return _mm512_srai_epi16(part == 0 ? _mm512_slli_epi16(bytes, 8) : bytes, 8)
        }

        @inline(__always)
        static func multiplyAdd(_ activations: __m512i, _ weights: __m512i, _ sum: __m512i) -> __m512i {
            _mm512_add_epi32(sum, _mm512_madd_epi16(activations, weights))
        }
    }
#endif
