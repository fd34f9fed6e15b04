import CaptionerKernels

/// A convolution of each channel by itself, with the image's size kept: pixels outside of it are zeros.
package struct DepthwiseConvolution: Sendable {
    /// C.
    package let channelCount: Int
    /// Pixels along each side of the square of weights, an odd number.
    package let size: Int
    private let weights: Parameter  // [size, size, C]
    private let bias: Parameter  // [C]

    /// - Parameters:
    ///   - weight: `[C, 1, size, size]`, as PyTorch stores it.
    ///   - bias: `[C]`.
    /// - Throws: `TensorError.outOfMemory`.
    package init(weight: Parameter, bias: Parameter) throws {
        let shape = weight.shape
        precondition(
            shape.count == 4 && shape[1] == 1 && shape[2] == shape[3] && shape[2] % 2 == 1 && bias.shape == [shape[0]],
            "DepthwiseConvolution: weight of shape \(shape), bias \(bias.shape)")
        let (channels, taps) = (shape[0], shape[2] * shape[3])
        channelCount = channels
        size = shape[2]
        self.bias = bias
        // Channels of a pixel lie side by side, and so do their weights.
        weights = try Parameter(shape: [shape[2], shape[3], channels]) { target in
            let source = weight.floats
            for channel in 0..<channels {
                for tap in 0..<taps { target[tap * channels + channel] = source[channel * taps + tap] }
            }
        }
    }

    /// - Parameter gridSize: G, pixels along each side of an image.
    /// - Shape: `[B, G * G, C]` to the same.
    package func callAsFunction(_ images: borrowing Tensor, gridSize: Int, in context: ComputeContext) -> Tensor {
        let shape = images.shape
        precondition(
            shape.count == 3 && shape[1] == gridSize * gridSize && shape[2] == channelCount,
            "DepthwiseConvolution: images of shape \(shape), \(gridSize) pixels wide")
        let (height, width, channels) = (gridSize, gridSize, shape[2])
        let result = Tensor(shape: shape, in: context)
        let (source, target, kernels) = (images.pointer, result.pointer, context.kernels.kernels)
        context.pool.forEach(shape[0] * height) { task in
            let (image, row) = task.quotientAndRemainder(dividingBy: height)
            kernels.convolve(
                DepthwiseBlock(
                    source: source + image * height * width * channels, height: height, width: width,
                    channels: channels, weights: weights.pointer, size: size, bias: bias.pointer, row: row,
                    target: target + task * width * channels))
        }
        return result
    }
}
