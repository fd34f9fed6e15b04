#if arch(x86_64)
    import CaptionerIntrinsics
    package import CaptionerKernelsAVX512
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Kernels for AVX-512 with VNNI and BF16: instructions for products of bytes and of bfloat16. To be called only where
    /// the processor has all of them.
    package enum AVX512VNNI: ExtendingKernelSet {
        package typealias Base = AVX512

        /// Whether the instruction for products of bfloat16 takes longer than two for floats, as on Intel's processors from
        /// Sapphire Rapids on, whose AMX is for that.
        static let hasSlowBFloat16Products = captioner_has_slow_dpbf16()

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            multiply(block, scratch: scratch, widens: hasSlowBFloat16Products)
        }

        /// - Parameter widens: whether bfloat16 numbers are multiplied as floats.
        @inline(__always)
        static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer, widens: Bool) {
            switch block.format {
            case .float32: AVX512.multiply(block, scratch: scratch)
            case .bfloat16 where widens: block.multiply(AVX512VNNIWidenedBFloat16.self, scratch: scratch)
            case .bfloat16: block.multiply(AVX512VNNIBFloat16.self, scratch: scratch)
            case .int8: block.multiply(AVX512VNNIInt8.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            attend(head, scratch: scratch, widens: hasSlowBFloat16Products)
        }

        @inline(__always)
        static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer, widens: Bool) {
            if head.format != .bfloat16 {
                AVX512.attend(head, scratch: scratch)
            } else if widens {
                head.attend(AVX512VNNIWidenedBFloat16.self, scratch: scratch)
            } else {
                head.attend(AVX512VNNIBFloat16.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            switch format {
            case .float32: AVX512.multiplyAdds(format, rounds: rounds)
            case .bfloat16 where hasSlowBFloat16Products:
                CaptionerKernels.multiplyAdds(AVX512VNNIWidenedBFloat16.self, format, rounds: rounds)
            case .bfloat16: CaptionerKernels.multiplyAdds(AVX512VNNIBFloat16.self, format, rounds: rounds)
            case .int8: CaptionerKernels.multiplyAdds(AVX512VNNIInt8.self, format, rounds: rounds)
            }
        }
    }

    /// The same with bfloat16 products in the way that this processor does not take, for tests.
    package enum AVX512VNNIOtherProducts: ExtendingKernelSet {
        package typealias Base = AVX512VNNI

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            AVX512VNNI.multiply(block, scratch: scratch, widens: !AVX512VNNI.hasSlowBFloat16Products)
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            AVX512VNNI.attend(head, scratch: scratch, widens: !AVX512VNNI.hasSlowBFloat16Products)
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

    /// The same products and sums without that instruction. Numbers too small to be normal count as zeros here, too.
    enum AVX512VNNIWidenedBFloat16: WidenedBFloat16Arithmetic {
        typealias Vectors = AVX512BFloat16Vectors

        @inline(__always) static func begin() -> UInt32 { captioner_zero_subnormals() }
        @inline(__always) static func end(_ setting: UInt32) { captioner_restore_subnormals(setting) }
    }
#endif
