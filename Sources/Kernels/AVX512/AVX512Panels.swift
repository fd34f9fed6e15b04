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

    /// The first of each pair of bfloat16 numbers, and the second, as floats.
    public struct WidenedPairs {
        public var first: SIMD16<Float>
        public var second: SIMD16<Float>

        @inlinable @inline(__always)
        public init(_ bits: __m512i) {
            first = unsafeBitCast(_mm512_slli_epi32(bits, 16), to: SIMD16<Float>.self)
            second = unsafeBitCast(
                _mm512_and_si512(bits, _mm512_set1_epi32(Int32(bitPattern: 0xFFFF_0000))), to: SIMD16<Float>.self)
        }
    }

    /// bfloat16 without instructions for it: a number is the upper half of a float, and a product of two of them is
    /// exact in float32, so this is what those instructions compute.
    public protocol WidenedBFloat16Arithmetic: FloatPanelArithmetic
    where Vectors.Vector == SIMD16<Float>, Activations == WidenedPairs, Weights == WidenedPairs {}

    extension WidenedBFloat16Arithmetic {
        @inlinable @inline(__always) public static var tileRows: Int { 4 }
        @inlinable @inline(__always) public static var tileVectors: Int { 4 }

        @inlinable @inline(__always)
        public static func activations(_ source: UnsafeRawPointer) -> WidenedPairs {
            WidenedPairs(_mm512_set1_epi32(source.loadUnaligned(as: Int32.self)))
        }

        @inlinable @inline(__always)
        public static func weights(_ source: UnsafeRawPointer) -> WidenedPairs {
            WidenedPairs(source.loadUnaligned(as: __m512i.self))
        }

        @inlinable @inline(__always)
        public static func multiplyAdd(
            _ activations: WidenedPairs, _ weights: WidenedPairs, _ sum: SIMD16<Float>
        ) -> SIMD16<Float> {
            _mm512_fmadd_ps(
                activations.first, weights.first, _mm512_fmadd_ps(activations.second, weights.second, sum))
        }
    }

    enum AVX512BFloat16: WidenedBFloat16Arithmetic {
        typealias Vectors = AVX512Vectors
    }

    /// int8 without instructions for it: the even and the odd bytes as 16-bit numbers, whose products are added in pairs,
    /// exactly.
    enum AVX512Int8: IntegerPanelArithmetic {
        typealias Vectors = AVX512Vectors

        struct Halves {
            var even: __m512i
            var odd: __m512i
        }

        @inline(__always) static var tileRows: Int { 4 }
        @inline(__always) static var tileVectors: Int { 4 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> Halves {
            let bytes = _mm512_set1_epi32(source.loadUnaligned(as: Int32.self))
            return Halves(
                even: _mm512_and_si512(bytes, _mm512_set1_epi32(0x00FF_00FF)), odd: _mm512_srli_epi16(bytes, 8))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> Halves {
            let bytes = source.loadUnaligned(as: __m512i.self)
            return Halves(even: _mm512_srai_epi16(_mm512_slli_epi16(bytes, 8), 8), odd: _mm512_srai_epi16(bytes, 8))
        }

        @inline(__always)
        static func multiplyAdd(_ activations: Halves, _ weights: Halves, _ sum: __m512i) -> __m512i {
            _mm512_add_epi32(
                _mm512_add_epi32(sum, _mm512_madd_epi16(activations.even, weights.even)),
                _mm512_madd_epi16(activations.odd, weights.odd))
        }
    }
#endif
