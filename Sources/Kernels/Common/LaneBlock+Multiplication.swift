extension LaneBlock {
    /// Computes the block.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func multiply<A: FloatPanelArithmetic>(_: A.Type, scratch: UnsafeMutableRawPointer) {
        let panel = LanePanel(weights: weights, columns: columns, depth: depth, memory: scratch)
        panel.pack(A.Vectors.self)
        let sums = scratch + LanePanel.byteCount(depth: depth)
        var row = 0
        while row < rows {
            let count = min(rows &- row, Self.rowLimit)
            multiplyLanes(A.self, row: row, count: count, panel: panel, sums: sums)
            finish(A.self, row: row, count: count, width: panel.width, sums: sums)
            row &+= count
        }
    }

    /// The products of all lanes for some rows. Each tile prefetches a share of the weights that come next.
    /// - Parameter sums: for each tile `[lanes, rows, vectors]`, tiles by vectors, then by rows.
    @inlinable @inline(__always)
    func multiplyLanes<A: FloatPanelArithmetic>(
        _: A.Type, row first: Int, count: Int, panel: LanePanel, sums: UnsafeMutableRawPointer
    ) {
        let (width, laneBytes) = (panel.width, panel.laneBytes)
        let laneDepth = LaneRows.laneDepth(depth)
        let rowStride = LaneRows.rowStride(depth: depth)
        let tiles = (rows &+ A.tileRows &- 1) / A.tileRows &* 16
        let share = (upcomingCount &* 4 / tiles &+ laneDepth &- 1) / laneDepth
        let end = UnsafeRawPointer(upcoming + upcomingCount)
        var next = UnsafeRawPointer(upcoming) + first / A.tileRows &* 16 &* share &* laneDepth
        let laneStep = min(max(Self.pieceBytes / laneBytes, 1), 16)
        var lane = 0
        while lane < 16 {
            let laneEnd = min(lane &+ laneStep, 16)
            forEachTile(A.self, count: count, width: width) { tile in
                var current = lane
                while current < laneEnd {
                    let step = tile.column == 0 && next < end ? share : 0
                    PanelTile(
                        activations: x + (first &+ tile.row) &* rowStride + current &* laneDepth &* 4,
                        rowStride: rowStride, weights: panel.memory + current &* laneBytes + tile.column &* 4,
                        groupStride: width &* 4, groups: laneDepth, upcoming: next, upcomingStep: step, parts: sums,
                        isFirst: true
                    ).multiply(
                        A.self, height: tile.height, vectors: tile.vectors,
                        saved: sums + (tile.place &* 16 &+ current &* tile.size(A.self)) &* 4)
                    next += step &* laneDepth
                    current &+= 1
                }
            }
            lane = laneEnd
        }
    }

    /// A tile's place among the results.
    @usableFromInline
    struct Place {
        @usableFromInline var row: Int
        @usableFromInline var column: Int
        @usableFromInline var height: Int
        @usableFromInline var vectors: Int
        /// Results of the tiles before it.
        @usableFromInline var place: Int

        @inlinable @inline(__always)
        init(row: Int, column: Int, height: Int, vectors: Int, place: Int) {
            self.row = row
            self.column = column
            self.height = height
            self.vectors = vectors
            self.place = place
        }

        @inlinable @inline(__always)
        func size<A: PanelArithmetic>(_: A.Type) -> Int { height &* vectors &* A.Vectors.laneCount }
    }

    @inlinable @inline(__always)
    func forEachTile<A: PanelArithmetic>(_: A.Type, count: Int, width: Int, _ body: (Place) -> Void) {
        var place = 0
        var column = 0
        while column < width {
            let vectors = PanelBlock.vectors(A.self, columns: width &- column)
            var row = 0
            while row < count {
                let height = tileHeight(remaining: count &- row, limit: A.tileRows)
                let tile = Place(row: row, column: column, height: height, vectors: vectors, place: place)
                body(tile)
                place &+= tile.size(A.self)
                row &+= height
            }
            column &+= vectors &* A.Vectors.laneCount
        }
    }

    /// Adds up the lanes as `VectorInstructions` defines it, and writes the results.
    @inlinable @inline(__always)
    func finish<A: FloatPanelArithmetic>(
        _: A.Type, row first: Int, count: Int, width: Int, sums: UnsafeMutableRawPointer
    ) {
        typealias V = A.Vectors
        let sums = sums.assumingMemoryBound(to: Float.self)
        forEachTile(A.self, count: count, width: width) { tile in
            var source = UnsafePointer(sums + tile.place &* 16)
            let size = tile.size(A.self)
            var row = 0
            while row < tile.height {
                let start = target + (first &+ tile.row &+ row) &* stride
                var vector = 0
                while vector < tile.vectors {
                    let column = tile.column &+ vector &* V.laneCount
                    let rest = columns &- column
                    if rest > 0 {
                        var value = Self.total(V.self, source, stride: size)
                        if accumulating { value = V.add(V.load(start + column, count: rest), value) }
                        if let bias { value = V.add(value, V.load(bias + column, count: rest)) }
                        V.store(applied(V.self, activation, to: value), to: start + column, count: rest)
                    }
                    source += V.laneCount
                    vector &+= 1
                }
                row &+= 1
            }
        }
    }

    /// The sum of sixteen lanes, `stride` floats apart.
    @inlinable @inline(__always)
    static func total<V: FloatVectors>(_: V.Type, _ lanes: UnsafePointer<Float>, stride: Int) -> V.Vector {
        @inline(__always)
        func eight(_ lane: Int) -> V.Vector {
            V.add(V.load(lanes + lane &* stride), V.load(lanes + (lane &+ 8) &* stride))
        }
        let first = V.add(V.add(eight(0), eight(1)), V.add(eight(2), eight(3)))
        let second = V.add(V.add(eight(4), eight(5)), V.add(eight(6), eight(7)))
        return V.add(first, second)
    }
}
