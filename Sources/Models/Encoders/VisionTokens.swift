import CaptionerTensorCore

/// What a vision transformer begins with: the class token, then the patches, each with its learned position added.
/// - Parameters:
///   - patches: `[B, T - 1, D]`.
///   - classEmbedding: `[D]`.
///   - positionEmbedding: `[T, D]`.
/// - Returns: `[B, T, D]`.
func visionTokens(
    patches: borrowing Tensor, classEmbedding: Parameter, positionEmbedding: Parameter, in context: ComputeContext
) -> Tensor {
    let (batch, width) = (patches.shape[0], patches.columns)
    let tokenCount = patches.shape[1] + 1
    let hidden = Tensor(shape: [batch, tokenCount, width], in: context)
    for image in 0..<batch {
        let target = hidden.pointer + image * tokenCount * width
        target.update(from: classEmbedding.pointer, count: width)
        let patchRows = (tokenCount - 1) * width
        (target + width).update(from: patches.pointer + image * patchRows, count: patchRows)
        accumulate(positionEmbedding.pointer, into: target, count: tokenCount * width)
    }
    return hidden
}
