import CaptionerTensorCore

/// Joins the rows of neighbouring patches: each square of `scale` by `scale` patches becomes one row, the patches side by side,
/// row by row.
///
/// Reproduces `Idefics3Connector.pixel_shuffle` of transformers.
/// - Parameters:
///   - patches: `[B, G * G, D]`.
///   - gridSize: G, a multiple of `scale`.
/// - Returns: `[B, (G / scale)², scale² * D]`.
func pixelShuffle(
    _ patches: borrowing Tensor, gridSize: Int, scale: Int, in context: ComputeContext
) -> Tensor {
    let (batch, width, cells) = (patches.shape[0], patches.columns, gridSize / scale)
    precondition(
        patches.shape[1] == gridSize * gridSize && gridSize % scale == 0,
        "pixelShuffle: \(patches.shape) for a grid of \(gridSize) and squares of \(scale)")
    let result = Tensor(shape: [batch, cells * cells, scale * scale * width], in: context)
    var target = result.pointer
    for image in 0..<batch {
        let source = patches.pointer + image * gridSize * gridSize * width
        for cell in 0..<(cells * cells) {
            let (row, column) = (cell / cells * scale, cell % cells * scale)
            for offset in 0..<scale {
                // Patches of a row of the square follow each other.
                target.update(from: source + ((row + offset) * gridSize + column) * width, count: scale * width)
                target += scale * width
            }
        }
    }
    return result
}
