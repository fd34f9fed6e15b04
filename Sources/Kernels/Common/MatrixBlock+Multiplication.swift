extension MatrixBlock {
    /// The scratch memory that `multiply` needs, in bytes.
    @inlinable @inline(__always)
    public func scratchBytes<I: VectorInstructions>(_: I.Type) -> Int {
        BlockPlan(rows: rows, depth: depth, tileRows: I.tileRows, laneCount: I.laneCount)
            .scratchBytes(rows: rows, depth: depth)
    }

    /// Computes the block.
    ///
    /// Each result comes from the same products in the same order, whatever tile it falls in and whatever is around it.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func multiply<I: VectorInstructions>(_: I.Type, scratch: UnsafeMutableRawPointer) {
        let plan = BlockPlan(rows: rows, depth: depth, tileRows: I.tileRows, laneCount: I.laneCount)
        let constants = UnsafeRawPointer(scratch)
        I.prepare(scratch)
        let sums = scratch + constantBytes
        let packed = (sums + rows &* plan.columnStep &* 64).assumingMemoryBound(to: Float.self)
        if plan.packs { pack(I.self, into: packed) }
        let paddedDepth = (depth &+ 15) / 16 &* 16
        var column = 0
        while column < columns {
            let columnEnd = min(column &+ plan.columnStep, columns)
            var k = 0
            repeat {
                let pieceDepth = min(plan.depthStep, depth &- k)
                var next = sums
                var tileColumn = column
                while tileColumn < columnEnd {
                    let width = columnEnd &- tileColumn >= 4 ? 4 : 1
                    // The next four columns, or the next piece of the first: each tile prefetches one of them.
                    let isLastColumn = tileColumn &+ 8 > columnEnd
                    let ahead: Int =
                        isLastColumn
                        ? column &* depth &+ min(k &+ pieceDepth, depth &- 1) : (tileColumn &+ 4) &* depth &+ k
                    let following = weights + ahead
                    // Two or three tiles prefetch two columns each. Where one line is prefetched twice, that is cheaper than to ask.
                    let isShared = rows > I.tileRows && rows <= 3 &* I.tileRows
                    var tileIndex = 0
                    var row = 0
                    while row < rows {
                        let height = tileHeight(remaining: rows &- row, limit: I.tileRows)
                        let inPlace = x + row &* depth + k
                        let inOrder = UnsafePointer(packed) + row &* paddedDepth + k &* height
                        let tile = Tile(
                            x: plan.packs ? inOrder : inPlace, rowStride: plan.packs ? 16 : depth,
                            step: plan.packs ? 16 &* height : 16,
                            weights: weights + tileColumn &* depth + k, weightStride: depth, depth: pieceDepth,
                            upcoming: following + (tileIndex & 3) &* depth,
                            upcomingDistance: isShared ? 2 &* depth : 0,
                            isFirst: k == 0, isLast: k &+ pieceDepth == depth,
                            target: target + row &* stride + tileColumn, stride: stride, accumulating: accumulating)
                        tile.multiply(I.self, height: height, width: width, sums: next, constants: constants)
                        next += height &* width &* 64
                        tileIndex &+= 1
                        row &+= height
                    }
                    tileColumn &+= width
                }
                k &+= pieceDepth
            } while k < depth
            column = columnEnd
        }
    }

    /// Packs x in the order in which tiles read it: for each tile `[K / 16, rows of the tile, 16]`.
    @inlinable @inline(__always)
    func pack<I: VectorInstructions>(_: I.Type, into packed: UnsafeMutablePointer<Float>) {
        var target = UnsafeMutableRawPointer(packed)
        var row = 0
        while row < rows {
            let height = tileHeight(remaining: rows &- row, limit: I.tileRows)
            var k = 0
            while k < depth {
                var index = 0
                while index < height {
                    let source = x + (row &+ index) &* depth + k
                    var lane = 0
                    while lane < 16 {
                        target.storeBytes(of: I.load(source + lane, count: depth &- k &- lane), as: I.Vector.self)
                        target += I.laneCount &* 4
                        lane &+= I.laneCount
                    }
                    index &+= 1
                }
                k &+= 16
            }
            row &+= height
        }
    }
}

extension Tile {
    /// Picks the code for the tile's size.
    @inlinable @inline(__always)
    func multiply<I: VectorInstructions>(
        _: I.Type, height: Int, width: Int, sums: UnsafeMutableRawPointer, constants: UnsafeRawPointer
    ) {
        let sums = sums.assumingMemoryBound(to: I.Vector.self)
        switch (width, height) {
        case (4, 6): if I.tileRows >= 6 { multiply(I.self, TileSize<6, 4>.self, sums: sums, constants: constants) }
        case (4, 5): if I.tileRows >= 5 { multiply(I.self, TileSize<5, 4>.self, sums: sums, constants: constants) }
        case (4, 4): if I.tileRows >= 4 { multiply(I.self, TileSize<4, 4>.self, sums: sums, constants: constants) }
        case (4, 3): if I.tileRows >= 3 { multiply(I.self, TileSize<3, 4>.self, sums: sums, constants: constants) }
        case (4, 2): multiply(I.self, TileSize<2, 4>.self, sums: sums, constants: constants)
        case (4, _): multiply(I.self, TileSize<1, 4>.self, sums: sums, constants: constants)
        case (_, 6): if I.tileRows >= 6 { multiply(I.self, TileSize<6, 1>.self, sums: sums, constants: constants) }
        case (_, 5): if I.tileRows >= 5 { multiply(I.self, TileSize<5, 1>.self, sums: sums, constants: constants) }
        case (_, 4): if I.tileRows >= 4 { multiply(I.self, TileSize<4, 1>.self, sums: sums, constants: constants) }
        case (_, 3): if I.tileRows >= 3 { multiply(I.self, TileSize<3, 1>.self, sums: sums, constants: constants) }
        case (_, 2): multiply(I.self, TileSize<2, 1>.self, sums: sums, constants: constants)
        default: multiply(I.self, TileSize<1, 1>.self, sums: sums, constants: constants)
        }
    }
}
