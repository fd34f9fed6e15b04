#if arch(arm64)
    import CaptionerIntrinsics
    package import CaptionerKernels
    package import CaptionerKernelsNEON
    import _Builtin_intrinsics.arm.neon

    /// Kernels for ARM processors with instructions for products of bytes, signed and not, and of bfloat16 (FEAT_I8MM and
    /// FEAT_BF16): those of NEON, but for these products. To be called only where the processor has both.
    package enum I8MM: ExtendingKernelSet {
        package typealias Base = NEON

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            switch block.format {
            case .float32: NEON.multiply(block, scratch: scratch)
            case .bfloat16: block.multiply(I8MMBFloat16.self, scratch: scratch)
            case .int8: block.multiply(I8MMInt8.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            if head.format == .bfloat16 {
                head.attend(I8MMBFloat16.self, scratch: scratch)
            } else {
                NEON.attend(head, scratch: scratch)
            }
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            switch format {
            case .float32: NEON.multiplyAdds(format, rounds: rounds)
            case .bfloat16: CaptionerKernels.multiplyAdds(I8MMBFloat16.self, format, rounds: rounds)
            case .int8: CaptionerKernels.multiplyAdds(I8MMInt8.self, format, rounds: rounds)
            }
        }
    }

    /// Four rows and two vectors: 16 registers of sums, 4 of rows and 4 of columns make 24 of 32. A single row is multiplied by
    /// dot products.
    enum I8MMInt8: IntegerPanelArithmetic {
        typealias Vectors = NEONVectors

        enum RowPairs: RowPairProducts {
            @inline(__always) static var isAvailable: Bool { true }

            @inline(__always)
            static func multiplyAdd(
                _ rows: SIMD16<UInt8>, _ columns: SIMD16<Int8>, _ sums: SIMD4<Int32>
            ) -> SIMD4<Int32> { vusmmlaq_s32(sums, rows, columns) }
        }

        @inline(__always) static var tileRows: Int { 4 }
        @inline(__always) static var tileVectors: Int { 2 }
        @inline(__always) static var readsQuads: Bool { true }

        @inline(__always)
        static func quad(_ source: UnsafeRawPointer) -> SIMD4<UInt32> { source.loadUnaligned(as: SIMD4<UInt32>.self) }

        @inline(__always)
        static func activations(_ quad: SIMD4<UInt32>, lane: Int) -> SIMD16<UInt8> {
            vreinterpretq_u8_u32(SIMD4(repeating: quad[lane]))
        }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> SIMD16<UInt8> {
            vreinterpretq_u8_u32(vdupq_n_u32(source.loadUnaligned(as: UInt32.self)))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> EightLanes<SIMD16<Int8>> { EightLanes(source) }

        @inline(__always)
        static func multiplyAdd(
            _ activations: SIMD16<UInt8>, _ weights: EightLanes<SIMD16<Int8>>, _ sum: EightLanes<SIMD4<Int32>>
        ) -> EightLanes<SIMD4<Int32>> {
            EightLanes(
                vusdotq_s32(sum.low, activations, weights.low), vusdotq_s32(sum.high, activations, weights.high))
        }
    }

    /// The instructions add the product of the second of a pair, then that of the first, each rounded once. Those for dot
    /// products and matrices of bfloat16 round otherwise.
    ///
    /// Five rows and two vectors: 20 registers of sums, 5 of activations and 4 of weights make 29 of 32.
    enum I8MMBFloat16: FloatPanelArithmetic {
        typealias Vectors = NEONVectors

        /// The first of a pair in all lanes, and the second.
        struct Pair {
            var first: SIMD8<UInt16>
            var second: SIMD8<UInt16>
        }

        @inline(__always) static var tileRows: Int { 5 }
        @inline(__always) static var tileVectors: Int { 2 }
        @inline(__always) static var readsQuads: Bool { true }

        @inline(__always)
        static func quad(_ source: UnsafeRawPointer) -> SIMD8<UInt16> { source.loadUnaligned(as: SIMD8<UInt16>.self) }

        @inline(__always)
        static func activations(_ quad: SIMD8<UInt16>, lane: Int) -> Pair {
            Pair(first: SIMD8(repeating: quad[2 &* lane]), second: SIMD8(repeating: quad[2 &* lane &+ 1]))
        }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> Pair {
            let pair = source.loadUnaligned(as: SIMD2<UInt16>.self)
            return Pair(first: SIMD8(repeating: pair.x), second: SIMD8(repeating: pair.y))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> EightLanes<SIMD8<UInt16>> { EightLanes(source) }

        @inline(__always)
        static func multiplyAdd(
            _ activations: Pair, _ weights: EightLanes<SIMD8<UInt16>>, _ sum: EightLanes<SIMD4<Float>>
        ) -> EightLanes<SIMD4<Float>> {
            EightLanes(
                captioner_bfmlal(sum.low, weights.low, activations.first, activations.second),
                captioner_bfmlal(sum.high, weights.high, activations.first, activations.second))
        }
    }
#endif
