#if arch(arm64)
    import CaptionerKernels
    import _Builtin_intrinsics.arm.neon

    /// Five rows and two vectors: 20 registers of sums, 5 of activations and 4 of weights make 29 of 32.
    ///
    /// Instructions can multiply by one lane of a register, which takes no instruction to spread it, as reading a single
    /// number to all lanes does.
    enum NEONFloat32: FloatPanelArithmetic {
        typealias Vectors = NEONVectors

        @inline(__always) static var tileRows: Int { 5 }
        @inline(__always) static var tileVectors: Int { 2 }
        @inline(__always) static var readsQuads: Bool { true }

        @inline(__always)
        static func quad(_ source: UnsafeRawPointer) -> SIMD4<Float> { source.loadUnaligned(as: SIMD4<Float>.self) }

        @inline(__always)
        static func activations(_ quad: SIMD4<Float>, lane: Int) -> SIMD4<Float> { SIMD4(repeating: quad[lane]) }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> SIMD4<Float> {
            vdupq_n_f32(source.loadUnaligned(as: Float.self))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> EightLanes<SIMD4<Float>> { EightLanes(source) }

        @inline(__always)
        static func multiplyAdd(
            _ activations: SIMD4<Float>, _ weights: EightLanes<SIMD4<Float>>, _ sum: EightLanes<SIMD4<Float>>
        ) -> EightLanes<SIMD4<Float>> {
            EightLanes(vfmaq_f32(sum.low, activations, weights.low), vfmaq_f32(sum.high, activations, weights.high))
        }
    }

    /// bfloat16 without instructions for it: a number is the upper half of a float.
    enum NEONBFloat16: FloatPanelArithmetic {
        typealias Vectors = NEONVectors

        /// The first of each pair, and the second.
        struct Pair {
            var first: SIMD4<Float>
            var second: SIMD4<Float>

            @inline(__always)
            init(_ bits: SIMD4<UInt32>) {
                first = unsafeBitCast(bits &<< SIMD4(repeating: 16), to: SIMD4<Float>.self)
                second = unsafeBitCast(bits & SIMD4(repeating: 0xFFFF_0000), to: SIMD4<Float>.self)
            }
        }

        @inline(__always) static var tileRows: Int { 4 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> Pair {
            Pair(vdupq_n_u32(source.loadUnaligned(as: UInt32.self)))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> EightLanes<Pair> {
            let bits = EightLanes<SIMD4<UInt32>>(source)
            return EightLanes(Pair(bits.low), Pair(bits.high))
        }

        @inline(__always)
        static func multiplyAdd(
            _ activations: Pair, _ weights: EightLanes<Pair>, _ sum: EightLanes<SIMD4<Float>>
        ) -> EightLanes<SIMD4<Float>> {
            EightLanes(
                multiplyAdd(activations, weights.low, sum.low), multiplyAdd(activations, weights.high, sum.high))
        }

        @inline(__always)
        private static func multiplyAdd(_ a: Pair, _ b: Pair, _ sum: SIMD4<Float>) -> SIMD4<Float> {
            vfmaq_f32(vfmaq_f32(sum, a.second, b.second), a.first, b.first)
        }
    }

    /// int8 without instructions for it: the even and the odd bytes as 16-bit numbers, whose products fit into 16 bits and
    /// are added in pairs, exactly.
    enum NEONInt8: IntegerPanelArithmetic {
        typealias Vectors = NEONVectors

        struct Halves {
            var even: SIMD8<Int16>
            var odd: SIMD8<Int16>
        }

        @inline(__always) static var tileRows: Int { 4 }
        @inline(__always) static var tileVectors: Int { 2 }

        @inline(__always)
        static func activations(_ source: UnsafeRawPointer) -> Halves {
            let group = source.loadUnaligned(as: UInt32.self)
            return Halves(
                even: vreinterpretq_s16_u32(vdupq_n_u32(group & 0x00FF_00FF)),
                odd: vreinterpretq_s16_u32(vdupq_n_u32((group &>> 8) & 0x00FF_00FF)))
        }

        @inline(__always)
        static func weights(_ source: UnsafeRawPointer) -> EightLanes<Halves> {
            let pairs = EightLanes<SIMD8<Int16>>(source)
            return EightLanes(halves(pairs.low), halves(pairs.high))
        }

        @inline(__always)
        private static func halves(_ pairs: SIMD8<Int16>) -> Halves {
            let eight = SIMD8<Int16>(repeating: 8)
            return Halves(even: (pairs &<< eight) &>> eight, odd: pairs &>> eight)
        }

        @inline(__always)
        static func multiplyAdd(
            _ activations: Halves, _ weights: EightLanes<Halves>, _ sum: EightLanes<SIMD4<Int32>>
        ) -> EightLanes<SIMD4<Int32>> {
            EightLanes(
                multiplyAdd(activations, weights.low, sum.low), multiplyAdd(activations, weights.high, sum.high))
        }

        @inline(__always)
        private static func multiplyAdd(_ a: Halves, _ b: Halves, _ sum: SIMD4<Int32>) -> SIMD4<Int32> {
            vpadalq_s16(vpadalq_s16(sum, vmulq_s16(a.even, b.even)), vmulq_s16(a.odd, b.odd))
        }
    }
#endif
