import CaptionerKernels

/// Two rows and four columns, eight lanes at a time: their sums are sixteen registers of SSE2 or NEON.
extension PortableVectors: VectorInstructions {
    @inline(__always) static var tileRows: Int { 2 }

    @inline(__always) static func prepare(_ constants: UnsafeMutableRawPointer) {}

    @inline(__always)
    static func reduce(
        _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
    ) -> (SIMD4<Float>, SIMD4<Float>) {
        @inline(__always)
        func sum(_ row: Int, _ column: Int) -> Float {
            guard column < columns else { return 0 }
            let eights = add(early[row &* columns &+ column], sums[unchecked: row &* 4 &+ column])
            let fours = eights.evenHalf + eights.oddHalf
            let twos = fours.evenHalf + fours.oddHalf
            return twos.x + twos.y
        }
        return (
            SIMD4(sum(0, 0), sum(0, 1), sum(0, 2), sum(0, 3)), SIMD4(sum(1, 0), sum(1, 1), sum(1, 2), sum(1, 3))
        )
    }
}
