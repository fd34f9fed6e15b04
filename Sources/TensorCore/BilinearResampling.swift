/// Which two of `inputSize` samples each of `outputSize` lies between, and how much of each it takes: half-pixel centres,
/// without antialiasing, as `interpolate(mode="bilinear", align_corners=False)` of PyTorch. Edges are repeated.
package struct BilinearAxis: Sendable {
    package let inputSize: Int
    let lower: [Int]
    let upper: [Int]
    let lowerWeights: [Float]
    let upperWeights: [Float]

    package init(from inputSize: Int, to outputSize: Int) {
        precondition(inputSize > 0 && outputSize >= 0, "BilinearAxis: from \(inputSize) to \(outputSize)")
        self.inputSize = inputSize
        let scale = Float(inputSize) / Float(outputSize)
        // Rounded once, as PyTorch's vectorised code does.
        let places = (0..<outputSize).map { max(0, Float(-0.5).addingProduct(scale, Float($0) + 0.5)) }
        lower = places.map { min(Int($0), inputSize - 1) }
        upper = lower.map { min($0 + 1, inputSize - 1) }
        upperWeights = zip(places, lower).map { $0 - Float($1) }
        lowerWeights = upperWeights.map { 1 - $0 }
    }

    package var outputSize: Int { lower.count }
}

/// Bilinear resampling of planes to a square, bit for bit as PyTorch computes it on a CPU with several threads.
/// - Shape: `[B, 3, H, W]` to `[B, 3, size, size]`.
package func bilinearPlanes(_ images: borrowing Tensor, size: Int, in context: ComputeContext) -> Tensor {
    let shape = images.shape
    precondition(shape.count == 4, "bilinearPlanes: images of shape \(shape)")
    let (rows, columns) = (BilinearAxis(from: shape[2], to: size), BilinearAxis(from: shape[3], to: size))
    let result = Tensor(shape: [shape[0], shape[1], size, size], in: context)
    let (source, target, width) = (images.pointer, result.pointer, shape[3])
    context.pool.forEach(shape[0] * shape[1] * size) { task in
        let (plane, row) = task.quotientAndRemainder(dividingBy: size)
        let upper = source + (plane * shape[2] + rows.lower[row]) * width
        let lower = source + (plane * shape[2] + rows.upper[row]) * width
        let (upperWeight, lowerWeight) = (rows.lowerWeights[row], rows.upperWeights[row])
        for column in 0..<size {
            let (left, right) = (columns.lower[column], columns.upper[column])
            let (leftWeight, rightWeight) = (columns.lowerWeights[column], columns.upperWeights[column])
            let above = (upper[right] * rightWeight).addingProduct(upper[left], leftWeight)
            let below = (lower[right] * rightWeight).addingProduct(lower[left], leftWeight)
            target[task * size + column] = (below * lowerWeight).addingProduct(above, upperWeight)
        }
    }
    return result
}

/// An image whose channels lie side by side, resampled pixel by pixel.
package struct BilinearImage: @unchecked Sendable {
    private let source: UnsafePointer<Float>
    private let rows: BilinearAxis
    private let columns: BilinearAxis
    /// C.
    package let channelCount: Int

    /// - Parameters:
    ///   - source: `[rows.inputSize, columns.inputSize, C]`; it must stay as long as this is used.
    package init(
        borrowing source: UnsafePointer<Float>, rows: BilinearAxis, columns: BilinearAxis, channelCount: Int
    ) {
        self.source = source
        self.rows = rows
        self.columns = columns
        self.channelCount = channelCount
    }

    /// Writes the channels of a pixel of the resampled image.
    /// - Parameter target: `[C]`.
    package func copyPixel(row: Int, column: Int, into target: UnsafeMutablePointer<Float>) {
        func pixel(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
            source + (row * columns.inputSize + column) * channelCount
        }
        let (left, right) = (columns.lower[column], columns.upper[column])
        let (a, b) = (pixel(rows.lower[row], left), pixel(rows.lower[row], right))
        let (c, d) = (pixel(rows.upper[row], left), pixel(rows.upper[row], right))
        let (above, below) = (rows.lowerWeights[row], rows.upperWeights[row])
        let (leftWeight, rightWeight) = (columns.lowerWeights[column], columns.upperWeights[column])
        let whole = channelCount & ~7
        var index = 0
        while index < whole {
            let upper = a.vector(at: index) * leftWeight + b.vector(at: index) * rightWeight
            let lower = c.vector(at: index) * leftWeight + d.vector(at: index) * rightWeight
            target.store(upper * above + lower * below, at: index)
            index += 8
        }
        while index < channelCount {
            let upper = a[index] * leftWeight + b[index] * rightWeight
            target[index] = upper * above + (c[index] * leftWeight + d[index] * rightWeight) * below
            index += 1
        }
    }
}
