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

/// Cuts square images whose channels lie side by side into square patches, row by row, each flattened as a convolution
/// kernel is: channel, row, column.
///
/// - Parameter gridSize: G, pixels along each side of an image.
/// - Shape: `[B, G * G, C]` to `[B, (G / P) * (G / P), C * P * P]`; pixels beyond the last whole patch are left out.
package func flattenedPatches(
    ofPixels images: borrowing Tensor, gridSize: Int, patchSize: Int, in context: ComputeContext
) -> Tensor {
    let shape = images.shape
    precondition(
        shape.count == 3 && shape[1] == gridSize * gridSize && gridSize >= patchSize,
        "flattenedPatches: images of shape \(shape), \(gridSize) pixels wide, in patches of \(patchSize)")
    let (channels, patchesPerSide, area) = (shape[2], gridSize / patchSize, patchSize * patchSize)
    let patches = Tensor(shape: [shape[0], patchesPerSide * patchesPerSide, channels * area], in: context)
    let (source, target) = (images.pointer, patches.pointer)
    context.pool.forEach(shape[0] * patchesPerSide) { task in
        let (image, patchRow) = task.quotientAndRemainder(dividingBy: patchesPerSide)
        for patchColumn in 0..<patchesPerSide {
            let patch = target + (task * patchesPerSide + patchColumn) * channels * area
            for offset in 0..<area {
                let (row, column) = offset.quotientAndRemainder(dividingBy: patchSize)
                let line = image * gridSize + patchRow * patchSize + row
                let pixel = source + (line * gridSize + patchColumn * patchSize + column) * channels
                for channel in 0..<channels { patch[channel * area + offset] = pixel[channel] }
            }
        }
    }
    return patches
}
