import CaptionerKernels

/// Two linear layers with an activation between them, whose result joins the residual stream: x + W₂ activation(W₁ norm(x)
/// + b₁) + b₂. With a gate the activation is the gate's: x + W₂ (activation(Wg norm(x) + bg) · (W₁ norm(x) + b₁)) + b₂
/// (Shazeer, GLU Variants Improve Transformer, arXiv 2002.05202).
package struct FeedForward: Sendable {
    private let norm: (any Norm)?
    private let gate: Linear?
    private let input: Linear
    private let activation: Activation
    private let output: Linear
    private let outputScale: Parameter?  // [D]
    private let outputNorm: (any Norm)?

    /// - Parameters:
    ///   - norm: the norm before the first layer, if there is one.
    ///   - gate: from D to F, for a gated feed-forward.
    ///   - input: from D to F.
    ///   - activation: between the two.
    ///   - output: from F to D.
    ///   - outputScale: what the result is multiplied by before it joins the residual stream, `[D]`, where there is one
    ///     (layer scale, Touvron et al., arXiv 2103.17239). Not for a gated feed-forward.
    ///   - outputNorm: the norm of the result before it joins the residual stream, where there is one. For a gated feed-forward
    ///     only.
    package init(
        norm: (any Norm)? = nil, gate: Linear? = nil, input: Linear, activation: Activation, output: Linear,
        outputScale: Parameter? = nil, outputNorm: (any Norm)? = nil
    ) {
        precondition(
            input.outputWidth == output.inputWidth && input.inputWidth == output.outputWidth
                && (gate.map { $0.inputWidth == input.inputWidth && $0.outputWidth == input.outputWidth } ?? true),
            "FeedForward: [\(input.inputWidth), \(input.outputWidth)], [\(output.inputWidth), \(output.outputWidth)]")
        self.norm = norm
        self.gate = gate
        self.input = input
        self.activation = activation
        self.output = output
        self.outputScale = outputScale
        self.outputNorm = outputNorm
        precondition(outputNorm == nil || gate != nil, "FeedForward: a norm of the result without a gate")
        precondition(
            outputScale == nil || (gate == nil && outputScale?.shape == [output.outputWidth]),
            "FeedForward: scale of shape \(outputScale?.shape ?? [])")
    }

    /// D.
    package var width: Int { output.outputWidth }

    /// Floats of memory for each row of many, besides what each thread has.
    package var floatsPerRow: Int {
        let inLanes = output.precision == .float32 ? output.inputWidth : 0
        if gate != nil {
            return 2 * input.outputWidth + (input.precision == .float32 ? input.inputWidth : 0)
                + (outputNorm == nil ? 0 : output.outputWidth) + inLanes
        }
        if case .packed = input.weights, case .packed = output.weights { return 0 }
        return input.outputWidth + (outputScale == nil ? 0 : output.outputWidth)
            + (norm != nil && input.precision == .float32 ? input.inputWidth : 0)
            + inLanes
    }

    /// Changes x in place.
    /// - Shape: `[..., D]`.
    package func callAsFunction(_ x: borrowing Tensor, in context: ComputeContext) {
        if let gate {
            runGated(x, gate, in: context)
        } else {
            run(x, addingTo: x, in: context)
        }
    }

    /// The same for an input other than the residual stream that the result is added to. Without a gate only. Changes `x`
    /// in place.
    /// - Shape: both `[..., D]`, of as many rows.
    package func callAsFunction(
        _ source: borrowing Tensor, addingTo x: borrowing Tensor, in context: ComputeContext
    ) {
        precondition(
            gate == nil && source.rows == x.rows && source.columns == x.columns,
            "FeedForward: \(source.shape) for \(x.shape)")
        run(source, addingTo: x, in: context)
    }

    private func run(_ source: borrowing Tensor, addingTo x: borrowing Tensor, in context: ComputeContext) {
        if x.rows > context.kernels.rowLimit, case .packed(let first) = input.weights,
            case .packed(let second) = output.weights
        {
            return runByRows(source, first, second, addingTo: x, in: context)
        }
        let inner = input(source, normalizedBy: norm, activation: activation, in: context)  // [..., F]
        guard let outputScale else {
            return output.add(inner, to: x, expectsZeros: activation == .relu, in: context)
        }
        let result = output(inner, in: context)  // [..., D]
        let (values, target, width) = (result.pointer, x.pointer, x.columns)
        context.pool.forEach(x.rows) { row in
            addProduct(values + row * width, outputScale.pointer, to: target + row * width, count: width)
        }
    }

    private func runGated(_ x: borrowing Tensor, _ gate: Linear, in context: ComputeContext) {
        let width = input.outputWidth
        let gates = Tensor(shape: [x.rows, width], in: context)  // [R, F]
        let inner = Tensor(shape: [x.rows, width], in: context)  // [R, F]
        let jobs = [
            LinearJob(gate, activation: activation, target: .float32(gates.pointer), targetStride: width),
            LinearJob(input, target: .float32(inner.pointer), targetStride: width),
        ]
        LinearJob.run(jobs, on: x, normalizedBy: norm, in: context)
        let (source, factors, kernels) = (inner.pointer, gates.pointer, context.kernels.kernels)
        context.pool.forEach(x.rows) { row in
            let place = source + row * width
            let block = RowBlock(
                source: place, sourceStride: width, rows: 1, columns: width, gates: factors + row * width,
                format: .float32, target: place, targetStride: width * 4)
            // Rows that stay floats need no scratch memory.
            kernels.transform(block, scratch: place)
        }
        output.add(inner, to: x, normalizedBy: outputNorm, in: context)
    }

    /// Each thread takes some rows through both layers, so that the intermediate never leaves its caches.
    private func runByRows(
        _ source: borrowing Tensor, _ first: PackedWeights, _ second: PackedWeights, addingTo x: borrowing Tensor,
        in context: ComputeContext
    ) {
        let partition = RowPartition(
            rows: x.rows, limit: context.kernels.rowLimit, multiple: context.pool.threadCount)
        let (hidden, target) = (source.pointer, x.pointer)
        let (width, inner) = (input.inputWidth, input.outputWidth)
        let kernels = context.kernels.kernels
        let (inputFormat, innerFormat) = (input.precision.format, output.precision.format)
        let count = partition.largest
        let inputBytes = RowBuffer.byteCount(rowCount: count, depth: width, format: inputFormat)
        let innerBytes = RowBuffer.byteCount(rowCount: count, depth: inner, format: innerFormat)
        // int8 needs the range of a whole row before it can quantize it, so the row is float32 until then.
        let floatBytes = innerFormat == .int8 ? BufferCache.aligned(count * inner * 4) : 0
        let resultBytes = outputScale == nil ? 0 : BufferCache.aligned(count * width * 4)
        let scratchBytes = LinearJob.scratchBytes(rows: count, depth: max(width, inner))
        let byteCount = inputBytes + innerBytes + floatBytes + resultBytes + scratchBytes
        context.pool.forEach(partition.count, scratchBytes: byteCount, from: context.cache) { index, memory in
            let rows = partition[index]
            let inputRows = RowBuffer(memory, rowCount: count, depth: width, format: inputFormat)
            let innerRows = RowBuffer(memory + inputBytes, rowCount: count, depth: inner, format: innerFormat)
            let floats = (memory + inputBytes + innerBytes).assumingMemoryBound(to: Float.self)
            let result = (memory + inputBytes + innerBytes + floatBytes).assumingMemoryBound(to: Float.self)
            let scratch = memory + inputBytes + innerBytes + floatBytes + resultBytes
            let start = hidden + rows.lowerBound * width
            inputRows.fill(
                from: start, stride: width, count: rows.count, normalizedBy: norm, scratch: scratch,
                kernels: kernels)
            let local = 0..<rows.count
            if innerFormat == .int8 {
                let job = LinearJob(input, activation: activation, target: .float32(floats), targetStride: inner)
                kernels.multiply(job.block(first, input: inputRows, rows: local), scratch: scratch)
                innerRows.fill(
                    from: floats, stride: inner, count: rows.count, normalizedBy: nil, scratch: scratch,
                    kernels: kernels)
            } else {
                let stride = innerRows.stride / 2
                let halves = innerRows.rows.assumingMemoryBound(to: UInt16.self)
                let job = LinearJob(input, activation: activation, target: .bfloat16(halves), targetStride: stride)
                kernels.multiply(job.block(first, input: inputRows, rows: local), scratch: scratch)
                // An odd number at the end of a row is paired with zero.
                if inner % 2 == 1 { for row in local { halves[row * stride + inner] = 0 } }
            }
            let end = target + rows.lowerBound * width
            let job = LinearJob(
                output, target: outputScale == nil ? .accumulate(end) : .float32(result), targetStride: width)
            kernels.multiply(job.block(second, input: innerRows, rows: local), scratch: scratch)
            guard let outputScale else { return }
            for row in local {
                addProduct(result + row * width, outputScale.pointer, to: end + row * width, count: width)
            }
        }
    }
}
