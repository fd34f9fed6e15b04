import CaptionerKernels

extension LinearJob {
    /// Applies float32 layers, whose weights have the layout of the checkpoint.
    static func runUnpacked(_ jobs: [LinearJob], on x: borrowing Tensor, in context: ComputeContext) {
        guard x.rows >= context.kernels.laneRowMinimum, x.columns >= laneDepthMinimum else {
            for job in jobs { job.runUnpacked(on: x, in: context) }
            return
        }
        let (depth, stride) = (x.columns, LaneRows.rowStride(depth: x.columns))
        let source = UnsafePointer(x.pointer)
        let partition = RowPartition(rows: x.rows, limit: laneRowLimit, multiple: 1)
        context.cache.withScratch(byteCount: partition.largest * stride) { memory in
            for part in 0..<partition.count {
                let rows = partition[part]
                context.pool.forEach(rows.count) { row in
                    LaneRows(x: source + (rows.lowerBound + row) * depth, rows: 1, depth: depth)
                        .write(to: memory + row * stride)
                }
                runLanes(jobs, x: memory, rows: rows, depth: depth, in: context)
            }
        }
    }

    /// K of which a lane has so many products that adding up lanes costs little beside them.
    private static let laneDepthMinimum = 1024

    /// Rows that are in the order of lanes at a time. The weights are put into that order once for all of them.
    private static let laneRowLimit = 1056

    /// Computes some rows, a task for each panel of columns.
    private static func runLanes(
        _ jobs: [LinearJob], x: UnsafeMutableRawPointer, rows: Range<Int>, depth: Int, in context: ComputeContext
    ) {
        let kernels = context.kernels.kernels
        let tasks = jobs.flatMap { job in
            Swift.stride(from: 0, to: job.layer.outputWidth, by: PanelFormat.panelColumns).map { (job, $0) }
        }
        let scratchBytes = LaneBlock.scratchBytes(rows: rows.count, depth: depth)
        context.pool.forEach(tasks.count, scratchBytes: scratchBytes, from: context.cache) { index, scratch in
            let (job, column) = tasks[index]
            guard case .float32(let weight) = job.layer.weights else { return }
            let (target, isAdding) = job.floatTarget
            let width = job.layer.outputWidth
            let next = min(column + PanelFormat.panelColumns * context.pool.threadCount, width)
            let block = LaneBlock(
                x: x, rows: rows.count, weights: weight.pointer + column * depth,
                columns: min(PanelFormat.panelColumns, width - column), depth: depth,
                upcoming: weight.pointer + next * depth,
                upcomingCount: min(PanelFormat.panelColumns, width - next) * depth,
                bias: job.layer.bias.map { $0.pointer + column }, activation: job.activation,
                target: target + rows.lowerBound * job.targetStride + column, stride: job.targetStride,
                accumulating: isAdding)
            kernels.multiply(block, scratch: scratch)
        }
    }

    /// Where the result goes, and whether it is added to what is there.
    private var floatTarget: (UnsafeMutablePointer<Float>, isAdding: Bool) {
        switch target {
        case .float32(let pointer): (pointer, false)
        case .accumulate(let pointer): (pointer, true)
        case .bfloat16: preconditionFailure("Linear: float32 weights have float32 results")
        }
    }

    /// Applies a float32 layer as dot products.
    private func runUnpacked(on x: borrowing Tensor, in context: ComputeContext) {
        guard case .float32(let weight) = layer.weights else { return }
        let (columns, depth) = (layer.outputWidth, layer.inputWidth)
        let source = UnsafePointer(x.pointer)
        let kernels = context.kernels.kernels
        let grid = context.kernels.grid(x.rows, columns, depth)
        let (target, isAdding) = floatTarget
        func corner(_ block: BlockGrid.Block) -> UnsafeMutablePointer<Float> {
            target + block.rows.lowerBound * targetStride + block.columns.lowerBound
        }
        func product(_ block: BlockGrid.Block) -> MatrixBlock {
            MatrixBlock(
                x: source + block.rows.lowerBound * depth, rows: block.rows.count,
                weights: weight.pointer + block.columns.lowerBound * depth, columns: block.columns.count,
                depth: depth, target: corner(block), stride: targetStride, accumulating: isAdding)
        }
        // Blocks at the edges are smaller than the first.
        let scratchBytes = grid.count > 0 ? kernels.scratchBytes(product(grid[0])) : 0
        context.pool.forEach(grid.count, scratchBytes: scratchBytes, from: context.cache) { index, scratch in
            let block = grid[index]
            kernels.multiply(product(block), scratch: scratch)
            finish(block, at: corner(block), in: context)
        }
    }

    /// Adds the bias and applies the activation while the block is still in cache.
    private func finish(_ block: BlockGrid.Block, at corner: UnsafeMutablePointer<Float>, in context: ComputeContext) {
        let kernels = context.kernels.kernels
        for row in 0..<block.rows.count {
            kernels.finish(
                corner + row * targetStride, count: block.columns.count,
                bias: layer.bias.map { $0.pointer + block.columns.lowerBound }, activation: activation)
        }
    }
}
