import CaptionerKernels

/// Linear layers of the same input, their outputs side by side, such as the projections to queries, keys and values.
package struct LinearGroup: Sendable {
    /// The layers, all of the same input width.
    package let layers: [Linear]

    package init(_ layers: [Linear]) {
        precondition(
            !layers.isEmpty && layers.allSatisfy { $0.inputWidth == layers[0].inputWidth },
            "LinearGroup: layers for rows of \(layers.map(\.inputWidth))")
        self.layers = layers
    }

    /// Floats of memory for each row: its queries, keys and values, and the normalised input.
    package func floatsPerRow(for attention: AttentionSizes) -> Int {
        let normalized = layers.contains { $0.precision == .float32 } ? layers[0].inputWidth : 0
        return projectionFloatsPerRow(for: attention) + (isNarrow(for: attention) ? 0 : normalized)
    }

    /// Floats of memory for each row of the result.
    package func projectionFloatsPerRow(for attention: AttentionSizes) -> Int {
        let width = layers.map(\.outputWidth).reduce(0, +)
        return isNarrow(for: attention) ? width / 2 : width
    }

    private func isNarrow(for attention: AttentionSizes) -> Bool {
        attention.allowsBFloat16 && layers.allSatisfy { $0.precision != .float32 }
    }

    /// Every layer's norm(x) Wᵀ + b as queries, keys or values of attention, one after the other in each row: bfloat16 where
    /// the attention supports it and all layers are quantized, float32 otherwise.
    ///
    /// - Parameter part: the layers to apply; nil for all. The format of the result depends on the whole group.
    /// - Shape: `[..., K]` to `[rows, sum of N]`.
    package func callAsFunction(
        _ x: borrowing Tensor, part: Range<Int>? = nil, normalizedBy norm: (any Norm)? = nil,
        for attention: AttentionSizes, in context: ComputeContext
    ) -> Projection {
        let chosen = layers[part ?? layers.indices]
        let width = chosen.map(\.outputWidth).reduce(0, +)
        let result = Projection(
            rows: x.rows, columns: width, format: isNarrow(for: attention) ? .bfloat16 : .float32, in: context)
        var column = 0
        let jobs = chosen.map { layer in
            defer { column += layer.outputWidth }
            return LinearJob(layer, target: result.target(column: column), targetStride: width)
        }
        LinearJob.run(jobs, on: x, normalizedBy: norm, in: context)
        return result
    }
}
