#if arch(arm64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.arm.neon

    /// Two rows and four columns, eight lanes at a time: 16 registers of sums, 4 of rows, 2 of a column, of 32.
    extension NEONFloatVectors {
        @inlinable @inline(__always) public static var tileRows: Int { 2 }

        @inlinable @inline(__always)
        public static func prepare(_ constants: UnsafeMutableRawPointer) {}

        @inlinable @inline(__always)
        public static func reduce(
            _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
        ) -> (SIMD4<Float>, SIMD4<Float>) {
            @inline(__always)
            func eights(_ row: Int, _ column: Int) -> Vector {
                guard column < columns else { return zero }
                return add(early[row &* columns &+ column], sums[unchecked: row &* 4 &+ column])
            }
            @inline(__always)
            func row(_ row: Int) -> SIMD4<Float> {
                let (a, b, c, d) = (eights(row, 0), eights(row, 1), eights(row, 2), eights(row, 3))
                return vpaddq_f32(vpaddq_f32(a.low, b.low), vpaddq_f32(c.low, d.low))
                    + vpaddq_f32(vpaddq_f32(a.high, b.high), vpaddq_f32(c.high, d.high))
            }
            return (row(0), row(1))
        }
    }
#endif
