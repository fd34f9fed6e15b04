extension MatrixBlock {
    /// The block in plain scalar code: what all kernels compute, bit for bit, if they round as `arithmetic` does.
    public func multiplyScalars(_ arithmetic: ScalarArithmetic) {
        for row in 0..<rows {
            for column in 0..<columns {
                let product = Self.dotProduct(
                    x + row * depth, weights + column * depth, count: depth, arithmetic)
                let place = target + row * stride + column
                place.pointee = accumulating ? place.pointee + product : product
            }
        }
    }

    private static func dotProduct(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, _ arithmetic: ScalarArithmetic
    ) -> Float {
        var lanes = [Float](repeating: 0, count: 16)
        for k in Swift.stride(from: 0, to: count, by: 16) {
            for lane in 0..<16 {
                let isThere = k + lane < count
                lanes[lane] = arithmetic.multiplyAdd(
                    isThere ? a[k + lane] : 0, isThere ? b[k + lane] : 0, lanes[lane])
            }
        }
        let eights = (0..<8).map { lanes[$0] + lanes[$0 + 8] }
        let fours = (0..<4).map { eights[2 * $0] + eights[2 * $0 + 1] }
        return (fours[0] + fours[1]) + (fours[2] + fours[3])
    }
}
