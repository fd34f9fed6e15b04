package import CaptionerTensorCore

/// A pre-norm transformer layer: x + attention(norm(x)), then x + feed-forward(norm(x)). The tower or decoder passes the
/// attention.
package struct PreNormLayer: Sendable {
    private let norm: any Norm
    private let queryKeyValue: LinearGroup
    private let output: Linear
    private let outputNorm: (any Norm)?
    private let feedForward: FeedForward
    /// How queries, keys and values are divided among heads.
    package let sizes: AttentionSizes

    /// - Parameters:
    ///   - norm: before the attention.
    ///   - queryKeyValue: queries, keys and values side by side.
    ///   - output: from the heads back to the width of the layer.
    ///   - outputNorm: of what that gives, before it joins the residual stream, where there is one.
    ///   - feedForward: with its own norms.
    package init(
        norm: any Norm, queryKeyValue: LinearGroup, sizes: AttentionSizes, output: Linear,
        outputNorm: (any Norm)? = nil, feedForward: FeedForward
    ) {
        self.norm = norm
        self.queryKeyValue = queryKeyValue
        self.sizes = sizes
        self.output = output
        self.outputNorm = outputNorm
        self.feedForward = feedForward
    }

    /// Floats of memory for each row of many, besides the row itself and what each thread has.
    package var floatsPerRow: Int {
        queryKeyValue.floatsPerRow(for: sizes) + sizes.queryWidth + feedForward.floatsPerRow
            + (outputNorm == nil ? 0 : output.outputWidth)
    }

    /// Changes `hidden` in place.
    /// - Parameter attend: the attention of queries, keys and values `[R, (H + 2 Hk) * Dh]`, to `[R, H * Dh]`.
    /// - Shape: `[..., D]` of R rows.
    package func callAsFunction(
        _ hidden: borrowing Tensor, in context: ComputeContext, attend: (borrowing Projection) -> Tensor
    ) {
        let projected = queryKeyValue(hidden, normalizedBy: norm, for: sizes, in: context)  // [R, (H + 2 Hk) * Dh]
        output.add(attend(projected), to: hidden, normalizedBy: outputNorm, in: context)
        feedForward(hidden, in: context)
    }

    /// The same for one row of each sequence, which sees all rows of its sequence. Where no layer follows, and only those
    /// rows are wanted, the others need keys and values alone.
    ///
    /// - Parameters:
    ///   - hidden: `[..., D]`; it is not changed.
    ///   - rows: N rows of it.
    ///   - sequences: the rows of the sequence of each.
    /// - Precondition: queries, keys and values are three layers.
    /// - Returns: `[N, D]`.
    package func callAsFunction(
        _ hidden: borrowing Tensor, rows: [Int], sequences: [Range<Int>], in context: ComputeContext
    ) -> Tensor {
        precondition(
            queryKeyValue.layers.count == 3 && rows.count == sequences.count,
            "PreNormLayer: \(rows.count) rows of \(sequences.count) sequences, \(queryKeyValue.layers.count) layers")
        let chosen = hidden.gathered(rows: rows, in: context)  // [N, D]
        let queries = queryKeyValue(chosen, part: 0..<1, normalizedBy: norm, for: sizes, in: context)
        let source = queryKeyValue(hidden, part: 1..<3, normalizedBy: norm, for: sizes, in: context)
        output.add(
            crossAttention(queries, over: source, sequences: sequences, sizes: sizes, in: context), to: chosen,
            normalizedBy: outputNorm, in: context)
        feedForward(chosen, in: context)
        return chosen
    }
}
