package import CaptionerTensorCore

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

/// The patches alone, without the class token before them.
/// - Shape: `[B, T, D]` to `[B, T - 1, D]`.
package func withoutClassToken(_ tokens: borrowing Tensor, in context: ComputeContext) -> Tensor {
    let (batch, count, width) = (tokens.shape[0], tokens.shape[1], tokens.columns)
    let result = Tensor(shape: [batch, count - 1, width], in: context)
    for image in 0..<batch {
        (result.pointer + image * (count - 1) * width).update(
            from: tokens.pointer + (image * count + 1) * width, count: (count - 1) * width)
    }
    return result
}
