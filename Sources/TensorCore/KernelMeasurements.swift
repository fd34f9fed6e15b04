import CaptionerKernels

// Measurements for benchmarks, which nothing else uses: peaks, memory bandwidth, and the BLAS library by itself.

extension LinearWeights {
    /// A weight `[N, K]` in another precision.
    package init(rounding weight: Parameter, to precision: Precision) throws {
        guard precision != .float32 else {
            self = .float32(weight)
            return
        }
        let depth = weight.shape[1]
        self = .packed(
            try PackedWeights(columns: weight.shape[0], depth: depth, precision: precision) { rows, target in
                target.update(from: weight.pointer + rows.lowerBound * depth, count: rows.count * depth)
            })
    }
}

extension Linear {
    /// What of its weight has to be read to apply it, in bytes.
    package var weightByteCount: Int {
        switch weights {
        case .float32(let weight): weight.count * MemoryLayout<Float>.stride
        case .packed(let weight): weight.byteCount
        }
    }

    /// target = activation(x Wᵀ + b), without a new tensor.
    package func multiply(
        _ x: borrowing Tensor, activation: Activation = .identity, into target: borrowing Tensor,
        in context: ComputeContext
    ) {
        precondition(target.columns == outputWidth && target.rows == x.rows, "Linear: \(x.shape) onto \(target.shape)")
        let job = LinearJob(self, activation: activation, target: .float32(target.pointer), targetStride: outputWidth)
        LinearJob.run([job], on: x, normalizedBy: nil, in: context)
    }
}

extension ComputeContext {
    /// Operations per second of multiply-adds on registers, all threads together, a product and a sum each counting one.
    package func multiplyAddPeak(_ precision: Precision) -> Double {
        let rounds = 2_000_000
        let kernels = kernels.kernels
        let operations = Locked(0)
        let start = ContinuousClock.now
        pool.forEach(pool.threadCount) { _ in
            let count = kernels.multiplyAdds(precision.format, rounds: rounds)
            operations.withLock { $0 += count }
        }
        return Double(operations.withLock { $0 }) / ((ContinuousClock.now - start) / .seconds(1))
    }
}

/// target = x Wᵀ by the BLAS library, in the blocks that are fastest with OpenBLAS. That is not batch-invariant: a row's
/// bits depend on how many rows there are. `MatrixKernelSet.portable` has to be prepared.
package func multiplyWithLibraryAlone(
    _ x: borrowing Tensor, weight: Parameter, into target: borrowing Tensor, in context: ComputeContext
) {
    let (rows, depth, columns) = (x.rows, weight.shape[1], weight.shape[0])
    let (source, result) = (x.pointer, target.pointer)
    let unpacked = FixedSizeBLAS.unpackedLimit / max(rows * depth, 1) / 8 * 8
    let columnStep = rows <= 16 && unpacked >= 8 ? min(unpacked, 64) : 512
    let grid = BlockGrid(rows: rows, columns: columns, rowStep: 256, columnStep: columnStep)
    context.pool.forEach(grid.count) { index in
        let block = grid[index]
        let slice = weight.pointer + block.columns.lowerBound * depth
        let corner = result + block.rows.lowerBound * columns + block.columns.lowerBound
        if rows <= 3 {
            for row in 0..<rows {
                BLAS.multiply(
                    rows: block.columns.count, depth: depth, slice, stride: depth, vector: source + row * depth,
                    beta: 0, into: corner + row * columns)
            }
        } else {
            BLAS.multiply(
                rows: block.rows.count, columns: block.columns.count, depth: depth,
                source + block.rows.lowerBound * depth, stride: depth, slice, stride: depth, transposeB: true,
                beta: 0, into: corner, stride: columns)
        }
    }
}

extension ComputeContext {
    /// Bytes per second that the threads together read from memory, from more of it than caches hold.
    /// - Throws: `TensorError.outOfMemory`.
    package func readBandwidth(byteCount: Int = 1 << 30) throws -> Double {
        let memory = try Parameter(shape: [byteCount / 4]) { $0.update(repeating: 0.5) }
        let part = byteCount / 4 / pool.threadCount
        let kernels = kernels.kernels
        // In pieces, so that one delayed thread does not delay the end.
        let pieces = 16
        func read() {
            pool.forEach(pool.threadCount * pieces) { index in
                _ = kernels.largest(memory.pointer + index * (part / pieces), count: part / pieces)
            }
        }
        // Threads that slept while the memory was filled may share a processor until the system has moved them.
        let passes = 8
        for _ in 0..<passes { read() }
        let start = ContinuousClock.now
        for _ in 0..<passes { read() }
        return Double(passes * byteCount) / ((ContinuousClock.now - start) / .seconds(1))
    }
}

extension Tensor {
    /// Replaces each row x by e^(scale · (x - max)): softmax without the division.
    package borrowing func replaceByExponentials(scale: Float, in context: ComputeContext) {
        let (base, columns, kernels) = (pointer, columns, context.kernels.kernels)
        context.pool.forEach(rows) { _ = kernels.exponentials(base + $0 * columns, count: columns, scale: scale) }
    }

    /// Applies the activation to all numbers.
    package borrowing func apply(_ activation: Activation, in context: ComputeContext) {
        let (base, columns, kernels) = (pointer, columns, context.kernels.kernels)
        context.pool.forEach(rows) {
            kernels.finish(base + $0 * columns, count: columns, bias: nil, activation: activation.ofPanels)
        }
    }
}

extension Projection {
    /// Rows of small numbers, as attention takes them.
    /// - Parameter isNarrow: whether they are bfloat16.
    package init(rows: Int, columns: Int, isNarrow: Bool, in context: ComputeContext) {
        self.init(rows: rows, columns: columns, format: isNarrow ? .bfloat16 : .float32, in: context)
        for row in 0..<rows {
            for column in 0..<columns {
                let value = Float((row * 31 + column * 17) % 101) / 101 - 0.5
                switch target(column: column) {
                case .bfloat16(let place): place[row * columns] = BFloat16.bits(value)
                case .float32(let place), .accumulate(let place): place[row * columns] = value
                }
            }
        }
    }
}
