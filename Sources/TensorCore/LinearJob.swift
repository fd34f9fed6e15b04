import CaptionerKernels

/// A linear layer to apply, and where its result goes.
struct LinearJob: @unchecked Sendable {
    let layer: Linear
    let activation: PanelBlock.Activation
    /// Where the first row's result goes.
    let target: PanelBlock.Target
    /// Numbers from row to row of the target.
    let targetStride: Int

    init(_ layer: Linear, activation: Activation = .identity, target: PanelBlock.Target, targetStride: Int) {
        self.layer = layer
        self.activation = activation.ofPanels
        self.target = target
        self.targetStride = targetStride
    }

    /// The part of the job for some rows and columns, given those rows in its format.
    func block(
        _ weight: PackedWeights, input: RowBuffer, active: ActiveGroups? = nil, rows: Range<Int>,
        columns: Range<Int>? = nil
    ) -> PanelBlock {
        PanelBlock(
            format: input.format, activations: UnsafeRawPointer(input.rows), rowStride: input.stride,
            rows: rows.count, activeGroups: active,
            quantizations: input.format == .int8 ? UnsafePointer(input.quantizations) : nil,
            panels: weight.panels, columns: weight.columns, depth: weight.depth, range: columns,
            scales: weight.scales, columnSums: weight.columnSums, bias: layer.bias?.pointer,
            activation: activation, target: target.advanced(by: rows.lowerBound * targetStride),
            targetStride: targetStride)
    }
}

extension LinearJob {
    /// For few rows, the number of tasks for each thread: several, so that threads finish at about the same time.
    private static let tasksPerThread = 5

    /// Applies layers to the rows of x, normalised if there is a norm.
    ///
    /// A result depends on its row and its layer alone, which makes it batch-invariant.
    /// - Parameter expectsZeros: whether x may have many zeros, which few rows are searched for to save work. It changes no bit.
    static func run(
        _ jobs: [LinearJob], on x: borrowing Tensor, normalizedBy norm: (any Norm)?, expectsZeros: Bool = false,
        in context: ComputeContext
    ) {
        for job in jobs {
            precondition(
                x.columns == job.layer.inputWidth,
                "Linear: input of shape \(x.shape), expected rows of \(job.layer.inputWidth)")
        }
        let unpacked = jobs.filter { $0.layer.precision == .float32 }
        if !unpacked.isEmpty {
            if let norm {
                let normalized = norm(x, in: context)
                runUnpacked(unpacked, on: normalized, in: context)
            } else {
                runUnpacked(unpacked, on: x, in: context)
            }
        }
        for precision in [Precision.bfloat16, .int8] {
            let jobs = jobs.compactMap { job -> PackedJob? in
                guard job.layer.precision == precision, case .packed(let weight) = job.layer.weights else { return nil }
                return PackedJob(job: job, weight: weight)
            }
            guard !jobs.isEmpty else { continue }
            if x.rows > context.kernels.rowLimit {
                runByRows(jobs, format: precision.format, on: x, normalizedBy: norm, in: context)
            } else {
                runByColumns(
                    jobs, format: precision.format, on: x, normalizedBy: norm, expectsZeros: expectsZeros, in: context)
            }
        }
    }

    struct PackedJob: Sendable {
        let job: LinearJob
        let weight: PackedWeights
    }

    /// Many rows, as in vision towers and prefill: compute-bound. Each thread quantizes or rounds some of the rows, and
    /// multiplies them with all weights.
    private static func runByRows(
        _ jobs: [PackedJob], format: PanelFormat, on x: borrowing Tensor, normalizedBy norm: (any Norm)?,
        in context: ComputeContext
    ) {
        let partition = RowPartition(
            rows: x.rows, limit: context.kernels.rowLimit, multiple: context.pool.threadCount)
        let (source, depth, kernels) = (UnsafePointer(x.pointer), x.columns, context.kernels.kernels)
        let bufferBytes = RowBuffer.byteCount(rowCount: partition.largest, depth: depth, format: format)
        let scratchBytes = scratchBytes(rows: partition.largest, depth: depth)
        context.pool.forEach(partition.count, scratchBytes: bufferBytes + scratchBytes, from: context.cache) {
            index, memory in
            let rows = partition[index]
            let scratch = memory + bufferBytes
            let input = RowBuffer(memory, rowCount: partition.largest, depth: depth, format: format)
            input.fill(
                from: source + rows.lowerBound * depth, stride: depth, count: rows.count, normalizedBy: norm,
                scratch: scratch, kernels: kernels)
            for job in jobs {
                kernels.multiply(
                    job.job.block(job.weight, input: input, rows: rows), scratch: scratch)
            }
        }
    }

    /// Few rows, as in decode steps: memory-bound. Each thread reads a part of the weights, for all rows.
    private static func runByColumns(
        _ jobs: [PackedJob], format: PanelFormat, on x: borrowing Tensor, normalizedBy norm: (any Norm)?,
        expectsZeros: Bool, in context: ComputeContext
    ) {
        let (rows, depth, kernels) = (x.rows, x.columns, context.kernels.kernels)
        let source = UnsafePointer(x.pointer)
        let bufferBytes = RowBuffer.byteCount(rowCount: rows, depth: depth, format: format)
        let looksForZeros = expectsZeros && rows <= context.kernels.activeRowLimit
        let activeBytes = looksForZeros ? RowBuffer.activeBytes(depth: depth, format: format) : 0
        context.cache.withScratch(byteCount: bufferBytes + activeBytes) { memory in
            let input = RowBuffer(memory, rowCount: rows, depth: depth, format: format)
            // Handing a few rows to other threads would cost more than it saves.
            let step = max(16384 / max(depth, 1), 1)
            context.pool.forEach(
                (rows + step - 1) / step, scratchBytes: RowBlock.scratchBytes(columns: depth), from: context.cache
            ) { index, scratch in
                let row = index * step
                input.fill(
                    from: source + row * depth, stride: depth, row: row, count: min(step, rows - row),
                    normalizedBy: norm, scratch: scratch, kernels: kernels)
            }
            let active = looksForZeros ? input.compact(count: rows, memory: memory + bufferBytes) : nil
            // Several panels in a task: while one is multiplied, the next is prefetched.
            let panels = jobs.map { ($0.weight.columns + PanelFormat.panelColumns - 1) / PanelFormat.panelColumns }
            let together = max(panels.reduce(0, +) / (context.pool.threadCount * tasksPerThread), 1)
            let tasks = jobs.flatMap { job in
                stride(from: 0, to: job.weight.columns, by: together * PanelFormat.panelColumns).map {
                    (job, $0..<min($0 + together * PanelFormat.panelColumns, job.weight.columns))
                }
            }
            context.pool.forEach(
                tasks.count, scratchBytes: PanelBlock.scratchBytes(rows: rows), from: context.cache
            ) { index, scratch in
                let (job, columns) = tasks[index]
                kernels.multiply(
                    job.job.block(job.weight, input: input, active: active, rows: 0..<rows, columns: columns),
                    scratch: scratch)
            }
        }
    }

    /// Scratch memory for quantizing or rounding rows, or multiplying them.
    static func scratchBytes(rows: Int, depth: Int) -> Int {
        BufferCache.aligned(max(RowBlock.scratchBytes(columns: depth), PanelBlock.scratchBytes(rows: rows)))
    }
}

extension PanelBlock.Target {
    /// The target some numbers further on.
    func advanced(by count: Int) -> PanelBlock.Target {
        switch self {
        case .float32(let pointer): .float32(pointer + count)
        case .accumulate(let pointer): .accumulate(pointer + count)
        case .bfloat16(let pointer): .bfloat16(pointer + count)
        }
    }
}
