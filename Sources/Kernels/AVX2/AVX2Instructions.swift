#if arch(x86_64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Three rows and four columns, eight lanes at a time: 12 sums, a row and a column make 14 of 16 registers.
    extension AVX2Vectors: VectorInstructions {
        @inlinable @inline(__always) public static var tileRows: Int { 3 }

        @inlinable @inline(__always)
        public static func prepare(_ constants: UnsafeMutableRawPointer) {}

        @inlinable @inline(__always)
        public static func reduce(
            _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
        ) -> (SIMD4<Float>, SIMD4<Float>) {
            @inline(__always)
            func row(_ row: Int) -> SIMD4<Float> {
                @inline(__always)
                func eights(_ column: Int) -> Vector {
                    guard column < columns else { return zero }
                    return add(early[row &* columns &+ column], sums[unchecked: row &* 4 &+ column])
                }
                let twos = _mm256_hadd_ps(
                    _mm256_hadd_ps(eights(0), eights(1)), _mm256_hadd_ps(eights(2), eights(3)))
                return twos.lowHalf + twos.highHalf
            }
            return (row(0), row(1))
        }
    }
#endif
