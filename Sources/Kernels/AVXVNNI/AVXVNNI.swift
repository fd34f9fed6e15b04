#if arch(x86_64)
    package import CaptionerKernelsAVX2
    package import CaptionerKernels
    import _Builtin_intrinsics.intel

    /// Kernels for AVX2 and AVX-VNNI: those of AVX2, but for products of bytes. To be called only where the processor has
    /// both.
    package enum AVXVNNI: ExtendingKernelSet {
        package typealias Base = AVX2

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            if block.format == .int8 {
                block.multiply(AVXVNNIInt8.self, scratch: scratch)
            } else {
                AVX2.multiply(block, scratch: scratch)
            }
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            format == .int8
                ? CaptionerKernels.multiplyAdds(AVXVNNIInt8.self, format, rounds: rounds)
                : AVX2.multiplyAdds(format, rounds: rounds)
        }
    }

    /// Six rows and two vectors: 12 sums, 2 vectors of weights and a group make 15 of 16 registers.
    enum AVXVNNIInt8: IntegerPanelArithmetic {
        typealias Vectors = AVX2Vectors

        @inline(__always) static var tileRows: Int { 6 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> __m256i {
            _mm256_set1_epi32(source.loadUnaligned(as: Int32.self))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> __m256i { source.loadUnaligned(as: __m256i.self) }

        @inline(__always)
        static func multiplyAdd(_ activations: __m256i, _ weights: __m256i, _ sum: __m256i) -> __m256i {
            _mm256_dpbusd_avx_epi32(sum, activations, weights)
        }
    }
#endif
