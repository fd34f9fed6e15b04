import CaptionerKernels

extension KeyValueCache {
    /// `attendPrefixes` over panels. Queries over the same one, such as those of beams, go together.
    func attendPanels(
        _ queries: borrowing Projection, _ spans: [SequenceSpan], in context: ComputeContext
    ) -> Tensor {
        var groups: [(panels: KeyValuePanels, prefix: Int, rows: Range<Int>)] = []
        for (span, row) in zip(spans, SequenceSpan.firstRows(of: spans)) {
            guard let panels = panels[span.prefix] else {
                preconditionFailure("KeyValueCache: prefix \(span.prefix) is in another format")
            }
            if let last = groups.last, last.prefix == span.prefix {
                groups[groups.count - 1].rows = last.rows.lowerBound..<(row + span.count)
            } else {
                groups.append((panels, span.prefix, row..<(row + span.count)))
            }
        }
        let (sizes, width, rows) = (sizes, sizes.queryWidth, queries.rows)
        let result = Tensor(shape: [rows, width], in: context)
        let (target, cache, kernels, parts) = (result.pointer, context.cache, context.kernels.kernels, groups)
        let source = queries.view(0..<width)
        let stride = BufferCache.aligned(width * 2)
        cache.withScratch(byteCount: rows * stride) { narrow in
            context.pool.forEach(rows) { row in
                let block = RowBlock(
                    source: source.floats(row: row), sourceStride: width, rows: 1, columns: width, format: .bfloat16,
                    target: narrow + row * stride, targetStride: stride)
                // Rows that are only rounded need no scratch memory.
                kernels.transform(block, scratch: narrow)
            }
            func job(_ index: Int, _ head: Int) -> AttentionHead {
                let (part, column) = (parts[index], head * sizes.headSize)
                let row = part.rows.lowerBound
                return part.panels.head(
                    sizes.keyValueHead(of: head), queries: narrow + row * stride + column * 2, stride: stride,
                    count: part.rows.count, sizes: sizes, target: target + row * width + column, targetStride: width)
            }
            let scratchBytes = parts.indices.map { job($0, 0).scratchBytes }.max() ?? 0
            context.pool.forEach(parts.count * sizes.headCount, scratchBytes: scratchBytes, from: cache) {
                task, scratch in
                let (index, head) = task.quotientAndRemainder(dividingBy: sizes.headCount)
                kernels.attend(job(index, head), scratch: scratch)
            }
        }
        return result
    }
}
