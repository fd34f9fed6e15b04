#if arch(arm64)
    package import CaptionerKernels
    package import CaptionerKernelsNEON
    import _Builtin_intrinsics.arm.neon

    /// Kernels for ARM processors with instructions for dot products of signed bytes (FEAT_DotProd): those of NEON, but
    /// for int8, whose activations are stored as signed bytes. To be called only where the processor has them.
    package enum DotProduct: ExtendingKernelSet {
        package typealias Base = NEON

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            if block.format == .int8 {
                block.multiply(DotProductInt8.self, scratch: scratch)
            } else {
                NEON.multiply(block, scratch: scratch)
            }
        }

        @inline(never)
        package static func transform(_ rows: RowBlock, scratch: UnsafeMutableRawPointer) {
            rows.transform(SignedByteVectors.self, scratch: scratch)
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            format == .int8
                ? CaptionerKernels.multiplyAdds(DotProductInt8.self, format, rounds: rounds)
                : NEON.multiplyAdds(format, rounds: rounds)
        }
    }

    /// Vectors of eight floats whose bytes are stored as signed ones.
    enum SignedByteVectors: NEONFloatVectors {
        @inline(__always) static var byteOffset: Int32 { 128 }

        @inline(__always)
        static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int) {
            store(clamped(integers) ^ SIMD8(repeating: 0x80), to: target, count: count)
        }
    }

    /// Five rows and two vectors: 20 registers of sums, 5 of activations and 4 of weights make 29 of 32.
    enum DotProductInt8: IntegerPanelArithmetic {
        typealias Vectors = SignedByteVectors

        @inline(__always) static var tileRows: Int { 5 }
        @inline(__always) static var tileVectors: Int { 2 }
        @inline(__always) static var readsQuads: Bool { true }

        @inline(__always)
        static func quad(_ source: UnsafeRawPointer) -> SIMD4<UInt32> { source.loadUnaligned(as: SIMD4<UInt32>.self) }

        @inline(__always)
        static func activations(_ quad: SIMD4<UInt32>, lane: Int) -> SIMD16<Int8> {
            vreinterpretq_s8_u32(SIMD4(repeating: quad[lane]))
        }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> SIMD16<Int8> {
            vreinterpretq_s8_u32(vdupq_n_u32(source.loadUnaligned(as: UInt32.self)))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> EightLanes<SIMD16<Int8>> { EightLanes(source) }

        @inline(__always)
        static func multiplyAdd(
            _ activations: SIMD16<Int8>, _ weights: EightLanes<SIMD16<Int8>>, _ sum: EightLanes<SIMD4<Int32>>
        ) -> EightLanes<SIMD4<Int32>> {
            EightLanes(vdotq_s32(sum.low, weights.low, activations), vdotq_s32(sum.high, weights.high, activations))
        }
    }
#endif
