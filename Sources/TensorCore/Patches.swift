/// Cuts images into square patches, row by row, each flattened as a convolution kernel is: channel, row, column.
///
/// Pixels beyond the last whole patch are left out, as a convolution without padding does.
/// - Shape: `[B, 3, S, S]` to `[B, G * G, 3 * P * P]`.
package func flattenedPatches(
    _ images: borrowing Tensor, patchSize: Int, gridSize: Int, in context: ComputeContext
) -> Tensor {
    let shape = images.shape
    precondition(
        shape.count == 4 && shape[1] == 3 && shape[2] == shape[3] && shape[2] / patchSize == gridSize,
        "flattenedPatches: images of shape \(shape) for a grid of \(gridSize) patches of \(patchSize) pixels")
    let (batch, size) = (shape[0], shape[2])
    let length = 3 * patchSize * patchSize
    let patches = Tensor(shape: [batch, gridSize * gridSize, length], in: context)
    let (source, target) = (images.pointer, patches.pointer)
    context.pool.forEach(batch * gridSize) { task in
        let (image, patchRow) = task.quotientAndRemainder(dividingBy: gridSize)
        for patchColumn in 0..<gridSize {
            var next = target + (task * gridSize + patchColumn) * length
            for channel in 0..<3 {
                for row in 0..<patchSize {
                    let line = (image * 3 + channel) * size + patchRow * patchSize + row
                    next.update(from: source + line * size + patchColumn * patchSize, count: patchSize)
                    next += patchSize
                }
            }
        }
    }
    return patches
}
