extension AttentionHead {
    /// Whether instruction sets with tiles compute the head with them: bfloat16, and enough queries to fill tiles. That the
    /// sequence alone decides it makes results independent of what is computed beside it. Panels that are packed already are for
    /// few queries, of which it does not decide how many there are.
    @inlinable public var isForTiles: Bool { format == .bfloat16 && queryCount >= 24 && panels == nil }

    /// Groups of zeros with which tiles of sixteen are filled.
    @inlinable
    func padding(depth: Int) -> Int { (16 &- format.groups(depth: depth) % 16) % 16 }

    /// Blocks of queries, and their rows: as many as tiles hold or somewhat fewer, so that the last block is as full as others.
    @inlinable
    var tileBlocks: (count: Int, rows: Int) {
        let count = (queryCount &+ 31) / 32
        return (count, (queryCount &+ count &- 1) / max(count, 1))
    }

    /// The offsets of the parts of the scratch memory, in bytes, and its size; and bytes from row to row.
    @usableFromInline
    struct TileLayout {
        @usableFromInline var values: Int
        @usableFromInline var queries: Int
        @usableFromInline var queryStride: Int
        @usableFromInline var scores: Int
        @usableFromInline var weights: Int
        @usableFromInline var weightStride: Int
        @usableFromInline var sums: Int
        @usableFromInline var sumStride: Int
        @usableFromInline var end: Int

        @inlinable
        init(_ head: AttentionHead) {
            let keyGroups = head.format.groups(depth: head.headSize) &+ head.padding(depth: head.headSize)
            let valueGroups = head.format.groups(depth: head.keyCount) &+ head.padding(depth: head.keyCount)
            let columns = PanelFormat.paddedColumns(head.headSize)
            values = PanelFormat.paddedColumns(head.keyCount) &* keyGroups &* 4
            queries = values &+ columns &* valueGroups &* 4
            queryStride = keyGroups &* 4 &+ 64
            scores = queries &+ 32 &* queryStride
            weights = scores &+ head.round(32 &* head.scoreStride &* 4)
            weightStride = valueGroups &* 4 &+ 64
            sums = weights &+ 32 &* weightStride
            sumStride = columns &* 4 &+ 64
            end = sums &+ 32 &* sumStride
        }
    }

    @inlinable var tileLayout: TileLayout { TileLayout(self) }

    /// Computes the head with tiles: for up to 32 queries at a time all scores, the softmax, and the sums of values.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func attend<T: TileRegisters, V: FloatVectors>(_: T.Type, _: V.Type, scratch: UnsafeMutableRawPointer) {
        let layout = tileLayout
        packKeys(into: scratch, padding: padding(depth: headSize))
        packValues(into: scratch + layout.values, padding: padding(depth: keyCount))
        // What stays of this is multiplied with zeros, and has to be a number.
        clear(scratch + layout.queries, byteCount: 32 &* layout.queryStride)
        clear(scratch + layout.weights, byteCount: 32 &* layout.weightStride)
        let blocks = tileBlocks
        var tiles = T()
        tiles.configure(rows: blocks.rows)
        if blocks.rows > 16 {
            attend(&tiles, V.self, layout, isTall: true, rows: blocks.rows, scratch: scratch)
        } else {
            attend(&tiles, V.self, layout, isTall: false, rows: blocks.rows, scratch: scratch)
        }
        tiles.release()
    }

    @inlinable @inline(__always)
    func attend<T: TileRegisters, V: FloatVectors>(
        _ tiles: inout T, _: V.Type, _ layout: TileLayout, isTall: Bool, rows height: Int,
        scratch: UnsafeMutableRawPointer
    ) {
        let (scores, weights) = (
            (scratch + layout.scores).assumingMemoryBound(to: Float.self), scratch + layout.weights
        )
        let keySteps = (layout.queryStride &- 64) / 64
        let valueSteps = (layout.weightStride &- 64) / 64
        let (keys, columns) = (PanelFormat.paddedColumns(keyCount), PanelFormat.paddedColumns(headSize))
        var row = 0
        while row < queryCount {
            let rows = min(height, queryCount &- row)
            copyQueries(from: row, count: rows, to: scratch + layout.queries, stride: layout.queryStride)
            multiply(
                &tiles, scratch + layout.queries, stride: layout.queryStride, panels: UnsafeRawPointer(scratch),
                columns: keys, steps: keySteps, isTall: isTall, to: scratch + layout.scores,
                targetStride: scoreStride &* 4)
            var inverses = InlineArray<32, Float>(repeating: 1)
            var index = 0
            while index < rows {
                inverses[unchecked: index] = softmax(
                    V.self, scores + index &* scoreStride, count: visibleKeys(row: row &+ index),
                    into: weights + index &* layout.weightStride)
                index &+= 1
            }
            multiply(
                &tiles, weights, stride: layout.weightStride, panels: UnsafeRawPointer(scratch + layout.values),
                columns: columns, steps: valueSteps, isTall: isTall, to: scratch + layout.sums,
                targetStride: layout.sumStride)
            index = 0
            while index < rows {
                let sums = (scratch + layout.sums + index &* layout.sumStride).assumingMemoryBound(to: Float.self)
                scaleRow(
                    V.self, sums, by: inverses[unchecked: index], into: target + (row &+ index) &* targetStride)
                index &+= 1
            }
            row &+= rows
        }
    }

    /// Rows of queries, each followed by the zeros that are there.
    @inlinable @inline(__always)
    func copyQueries(from first: Int, count: Int, to memory: UnsafeMutableRawPointer, stride: Int) {
        var index = 0
        while index < count {
            (memory + index &* stride).copyMemory(
                from: queries + (first &+ index) &* queryStride, byteCount: headSize &* 2)
            index &+= 1
        }
    }

    /// Products of the tiles' rows with all columns of panels.
    /// - Parameter steps: sixteen groups each.
    @inlinable @inline(__always)
    func multiply<T: TileRegisters>(
        _ tiles: inout T, _ rows: UnsafeRawPointer, stride: Int, panels: UnsafeRawPointer, columns: Int, steps: Int,
        isTall: Bool, to target: UnsafeMutableRawPointer, targetStride: Int
    ) {
        var column = 0
        while column < columns {
            let width = min(PanelFormat.panelColumns, columns &- column)
            let panel = panels + column &* steps &* 64
            var unit = 0
            while unit < width {
                let place = target + (column &+ unit) &* 4
                if width &- unit >= 32 {
                    multiply(
                        &tiles, rows, stride: stride, panel + unit &* 4, groupStride: width &* 4, steps: steps,
                        TileShape(isTall: isTall, isWide: true), to: place, targetStride: targetStride)
                } else {
                    multiply(
                        &tiles, rows, stride: stride, panel + unit &* 4, groupStride: width &* 4, steps: steps,
                        TileShape(isTall: isTall, isWide: false), to: place, targetStride: targetStride)
                }
                unit &+= 32
            }
            column &+= width
        }
    }

    @inlinable @inline(__always)
    func multiply<T: TileRegisters>(
        _ tiles: inout T, _ rows: UnsafeRawPointer, stride: Int, _ weights: UnsafeRawPointer, groupStride: Int,
        steps: Int, _ shape: TileShape, to target: UnsafeMutableRawPointer, targetStride: Int
    ) {
        tiles.clear(shape)
        var step = 0
        while step < steps {
            tiles.multiplyAdd(
                rows + step &* 64, rowStride: stride, weights + step &* 16 &* groupStride, groupStride: groupStride,
                shape)
            step &+= 1
        }
        tiles.storeSums(target, stride: targetStride, shape)
    }
}
