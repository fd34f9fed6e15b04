#if arch(x86_64)
    import CaptionerIntrinsics
    package import CaptionerKernelsAVX512
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Kernels for AVX-512 with VNNI and BF16: instructions for products of bytes and of bfloat16. To be called only where
    /// the processor has all of them.
    package enum AVX512VNNI: ExtendingKernelSet {
        package typealias Base = AVX512

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            switch block.format {
            case .float32: AVX512.multiply(block, scratch: scratch)
            case .bfloat16: block.multiply(AVX512VNNIBFloat16.self, scratch: scratch)
            case .int8: block.multiply(AVX512VNNIInt8.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            if head.format == .bfloat16 {
                head.attend(AVX512VNNIBFloat16.self, scratch: scratch)
            } else {
                AVX512.attend(head, scratch: scratch)
            }
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            switch format {
            case .float32: AVX512.multiplyAdds(format, rounds: rounds)
            case .bfloat16: CaptionerKernels.multiplyAdds(AVX512VNNIBFloat16.self, format, rounds: rounds)
            case .int8: CaptionerKernels.multiplyAdds(AVX512VNNIInt8.self, format, rounds: rounds)
            }
        }
    }

    /// What both formats share: registers hold four bytes of each column, in the order of memory.
    ///
    /// Six rows and four vectors: 24 sums, 4 vectors of weights and a group make 29 of 32 registers.
    public protocol WordPanelArithmetic: PanelArithmetic where Activations == __m512i, Weights == __m512i {}

    extension WordPanelArithmetic {
        @inlinable @inline(__always) public static var tileRows: Int { 6 }
        @inlinable @inline(__always) public static var tileVectors: Int { 4 }

        @inlinable @inline(__always)
        public static func activations(_ source: UnsafeRawPointer) -> __m512i {
            _mm512_set1_epi32(source.loadUnaligned(as: Int32.self))
        }

        @inlinable @inline(__always)
        public static func weights(_ source: UnsafeRawPointer) -> __m512i { source.loadUnaligned(as: __m512i.self) }
    }

    public enum AVX512VNNIInt8: IntegerPanelArithmetic, WordPanelArithmetic {
        public typealias Vectors = AVX512BFloat16Vectors

        @inlinable @inline(__always)
        public static func multiplyAdd(_ activations: __m512i, _ weights: __m512i, _ sum: __m512i) -> __m512i {
            _mm512_dpbusd_epi32(sum, activations, weights)
        }
    }

    /// The instruction adds the product of the second of a pair, then that of the first, each rounded to the nearest
    /// float; numbers too small to be normal count as zeros.
    enum AVX512VNNIBFloat16: FloatPanelArithmetic, WordPanelArithmetic {
        typealias Vectors = AVX512BFloat16Vectors

        @inline(__always)
        static func multiplyAdd(_ activations: __m512i, _ weights: __m512i, _ sum: SIMD16<Float>) -> SIMD16<Float> {
            captioner_dpbf16(sum, activations, weights)
        }
    }
#endif
