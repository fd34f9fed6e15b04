import CaptionerTensorCore

/// The maps of the stages of a convolutional tower, each resampled to the size of the first, their channels side by side. No
/// pixel is kept: each is computed when it is read.
struct JoinedMap: @unchecked Sendable {
    /// Pixels along each side.
    let gridSize: Int
    /// All channels together.
    let channelCount: Int
    /// For each stage the images of the batch.
    private let stages: [[BilinearImage]]
    /// Keeps the memory that the images look into.
    private let features: FeatureMaps

    /// - Parameter features: at least one map, of all images of a batch.
    init(_ features: FeatureMaps) {
        self.features = features
        let gridSize = features.maps.first?.gridSize ?? 0
        self.gridSize = gridSize
        channelCount = features.maps.map { $0.tensor.columns }.reduce(0, +)
        stages = features.maps.map { map in
            let axis = BilinearAxis(from: map.gridSize, to: gridSize)
            let (count, channels) = (map.gridSize * map.gridSize, map.tensor.columns)
            return (0..<map.tensor.shape[0]).map {
                BilinearImage(
                    borrowing: map.tensor.pointer + $0 * count * channels, rows: axis, columns: axis,
                    channelCount: channels)
            }
        }
    }

    /// Writes all channels of a pixel of an image.
    @Sendable func copyPixel(image: Int, row: Int, column: Int, into channels: UnsafeMutablePointer<Float>) {
        var target = channels
        for stage in stages {
            stage[image].copyPixel(row: row, column: column, into: target)
            target += stage[image].channelCount
        }
    }

    /// All pixels, `[B, H, W, C]`, which only traces need.
    func tensor(in context: ComputeContext) -> Tensor {
        let batch = stages.first?.count ?? 0
        let result = Tensor(shape: [batch, gridSize, gridSize, channelCount], in: context)
        let target = result.pointer
        context.pool.forEach(batch * gridSize) { task in
            let (image, row) = task.quotientAndRemainder(dividingBy: gridSize)
            for column in 0..<gridSize {
                copyPixel(
                    image: image, row: row, column: column, into: target + (task * gridSize + column) * channelCount)
            }
        }
        return result
    }
}
