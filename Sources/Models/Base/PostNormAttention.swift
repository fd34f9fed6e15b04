package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The attention of a post-norm transformer layer as in BERT, norm(x + output(attention(x))) (Devlin et al., BERT, arXiv
/// 1810.04805). The layer passes the attention.
package struct PostNormAttention: Sendable {
    private let projections: LinearGroup
    private let output: Linear
    private let norm: LayerNorm
    /// How queries, keys and values are divided among heads.
    package let sizes: AttentionSizes

    /// - Parameters:
    ///   - sizes: of heads as wide together as the layer.
    ///   - names: of the layers that project x, such as queries, keys and values.
    ///   - projections: where they are.
    ///   - output: where the output layer and the norm are.
    package init(
        _ sizes: AttentionSizes, _ names: [String], projections: WeightScope, output: WeightScope, epsilon: Float
    ) throws {
        let width = sizes.queryWidth
        self.sizes = sizes
        self.projections = try LinearGroup(projections, names, from: width, to: width)
        self.output = try Linear(output["dense"], from: width, to: width)
        norm = try LayerNorm(output["LayerNorm"], width: width, epsilon: epsilon)
    }

    /// Floats of memory for each row of many, besides the row itself and what each thread has.
    package var floatsPerRow: Int { projections.floatsPerRow(for: sizes) + sizes.queryWidth }

    /// Changes `hidden` in place.
    /// - Parameter attend: the attention of the projections, which are side by side, `[R, N * D]`, to `[R, D]`.
    /// - Shape: `[..., D]` of R rows.
    package func callAsFunction(
        _ hidden: borrowing Tensor, in context: ComputeContext, attend: (borrowing Projection) -> Tensor
    ) {
        let projected = projections(hidden, for: sizes, in: context)  // [R, N * D]
        output.add(attend(projected), to: hidden, in: context)
        norm.apply(to: hidden, in: context)
    }
}
