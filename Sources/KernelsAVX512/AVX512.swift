#if arch(x86_64)
    package import MatrixKernels
    import _Builtin_intrinsics.intel

    /// Matrix products with AVX-512. To be called only where the processor has it.
    ///
    /// The module is compiled for AVX-512, so it holds nothing but this: code of the standard library that is
    /// specialised here must not end up in programs that run elsewhere.
    package enum AVX512 {
        package static func scratchBytes(_ block: MatrixBlock) -> Int { block.scratchBytes(AVX512Instructions.self) }

        /// - Parameter scratch: `scratchBytes`, on a cache line.
        @inline(never)
        package static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
            block.multiply(AVX512Instructions.self, scratch: scratch)
        }

        /// Twelve independent multiply-adds of vectors, `rounds` times: what the processor can do at most.
        @inline(never)
        package static func multiplyAdds(rounds: Int) -> Float {
            MatrixKernels.multiplyAdds(AVX512Instructions.self, rounds: rounds)
        }
    }

    /// Six rows and four columns: 24 sums, 4 columns and a row make 29 of 32 registers.
    enum AVX512Instructions: VectorInstructions {
        typealias Vector = SIMD16<Float>

        @inline(__always) static var laneCount: Int { 16 }
        @inline(__always) static var tileRows: Int { 6 }

        @inline(__always) static var zero: Vector { _mm512_setzero_ps() }

        @inline(__always)
        static func load(_ source: UnsafePointer<Float>) -> Vector {
            UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
        }

        @inline(__always)
        static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector {
            count >= 16 ? load(source) : _mm512_maskz_loadu_ps((1 &<< UInt16(truncatingIfNeeded: count)) &- 1, source)
        }

        @inline(__always)
        static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { _mm512_fmadd_ps(a, b, c) }

        /// Which lanes of two vectors are added in each step. They are read from memory because the compiler, where it
        /// knows them, takes the steps apart into four times as many narrow ones.
        @inline(__always)
        static func prepare(_ constants: UnsafeMutableRawPointer) {
            let lanes = constants.assumingMemoryBound(to: SIMD16<Int32>.self)
            lanes[0] = SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
            lanes[1] = SIMD16(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
            lanes[2] = SIMD16(0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
            lanes[3] = SIMD16(1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31)
            lanes[4] = SIMD16(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
            lanes[5] = SIMD16(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
        }

        @inline(__always)
        static func reduce(
            _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
        ) -> (SIMD4<Float>, SIMD4<Float>) {
            let lanes = constants.assumingMemoryBound(to: __m512i.self)
            /// Eight lanes of the first row's column, then eight of the second row's.
            @inline(__always)
            func eights(_ column: Int) -> Vector {
                add(sums[unchecked: column], sums[unchecked: 4 &+ column], lanes)
            }
            let twos = add(
                add(eights(0), eights(1), lanes + 2), add(eights(2), eights(3), lanes + 2), lanes + 2)
            let ones = add(twos, twos, lanes + 4)
            return (ones.lowHalf.lowHalf, ones.lowHalf.highHalf)
        }

        @inline(__always)
        static func add(_ a: Vector, _ b: Vector, _ lanes: UnsafePointer<__m512i>) -> Vector {
            _mm512_permutex2var_ps(a, lanes[0], b) + _mm512_permutex2var_ps(a, lanes[1], b)
        }
    }
#endif
