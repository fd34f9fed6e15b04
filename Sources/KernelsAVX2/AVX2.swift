#if arch(x86_64)
    package import MatrixKernels
    import _Builtin_intrinsics.intel

    /// Matrix products with AVX2 and FMA. To be called only where the processor has them.
    ///
    /// The module is compiled for AVX2, so it holds nothing but this: code of the standard library that is specialised
    /// here must not end up in programs that run elsewhere.
    package enum AVX2 {
        package static func scratchBytes(_ block: MatrixBlock) -> Int { block.scratchBytes(AVX2Instructions.self) }

        /// - Parameter scratch: `scratchBytes`, on a cache line.
        @inline(never)
        package static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
            block.multiply(AVX2Instructions.self, scratch: scratch)
        }

        /// Twelve independent multiply-adds of vectors, `rounds` times: what the processor can do at most.
        @inline(never)
        package static func multiplyAdds(rounds: Int) -> Float {
            MatrixKernels.multiplyAdds(AVX2Instructions.self, rounds: rounds)
        }
    }

    /// Three rows and four columns, eight lanes at a time: 12 sums, a row and a column make 14 of 16 registers.
    enum AVX2Instructions: VectorInstructions {
        typealias Vector = SIMD8<Float>

        @inline(__always) static var laneCount: Int { 8 }
        @inline(__always) static var tileRows: Int { 3 }

        @inline(__always) static var zero: Vector { _mm256_setzero_ps() }

        @inline(__always)
        static func load(_ source: UnsafePointer<Float>) -> Vector {
            UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
        }

        @inline(__always)
        static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector {
            guard count < 8 else { return load(source) }
            let index = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7)
            let counts = _mm256_set1_epi32(Int32(truncatingIfNeeded: max(count, 0)))
            return _mm256_maskload_ps(source, _mm256_cmpgt_epi32(counts, unsafeBitCast(index, to: __m256i.self)))
        }

        @inline(__always)
        static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { _mm256_fmadd_ps(a, b, c) }

        @inline(__always)
        static func prepare(_ constants: UnsafeMutableRawPointer) {}

        @inline(__always)
        static func reduce(
            _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
        ) -> (SIMD4<Float>, SIMD4<Float>) {
            @inline(__always)
            func row(_ row: Int) -> SIMD4<Float> {
                @inline(__always)
                func eights(_ column: Int) -> Vector {
                    guard column < columns else { return zero }
                    return early[row &* columns &+ column] + sums[unchecked: row &* 4 &+ column]
                }
                let twos = _mm256_hadd_ps(
                    _mm256_hadd_ps(eights(0), eights(1)), _mm256_hadd_ps(eights(2), eights(3)))
                return twos.lowHalf + twos.highHalf
            }
            return (row(0), row(1))
        }
    }
#endif
