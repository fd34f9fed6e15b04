public import CaptionerIntrinsics

/// A few rows of activations times a few vectors of columns over a piece of the depth: what the registers hold at once.
@usableFromInline
struct PanelTile {
    @usableFromInline var activations: UnsafeRawPointer
    @usableFromInline var rowStride: Int
    @usableFromInline var weights: UnsafeRawPointer
    /// Bytes from group to group of the panel.
    @usableFromInline var groupStride: Int
    @usableFromInline var groups: Int
    /// What will be read after this piece: the tile asks for a share of it, so many bytes with each group.
    @usableFromInline var upcoming: UnsafeRawPointer
    @usableFromInline var upcomingStep: Int
    /// Whether this piece of the depth is the first and the last.
    @usableFromInline var isFirst: Bool
    @usableFromInline var isLast: Bool
    /// The tile's place in the block's result.
    @usableFromInline var row: Int
    @usableFromInline var column: Int

    @inlinable @inline(__always)
    init(
        activations: UnsafeRawPointer, rowStride: Int, weights: UnsafeRawPointer, groupStride: Int, groups: Int,
        upcoming: UnsafeRawPointer, upcomingStep: Int, isFirst: Bool, isLast: Bool, row: Int, column: Int
    ) {
        self.activations = activations
        self.rowStride = rowStride
        self.weights = weights
        self.groupStride = groupStride
        self.groups = groups
        self.upcoming = upcoming
        self.upcomingStep = upcomingStep
        self.isFirst = isFirst
        self.isLast = isLast
        self.row = row
        self.column = column
    }

    /// Picks the code for the tile's size.
    @inlinable @inline(__always)
    func multiply<A: PanelArithmetic>(
        _: A.Type, height: Int, vectors: Int, block: PanelBlock, saved: UnsafeMutableRawPointer
    ) {
        switch vectors {
        case 4: if A.tileVectors >= 4 { rows(A.self, VectorCount<4>.self, height: height, block: block, saved: saved) }
        case 2: if A.tileVectors >= 2 { rows(A.self, VectorCount<2>.self, height: height, block: block, saved: saved) }
        default: rows(A.self, VectorCount<1>.self, height: height, block: block, saved: saved)
        }
    }

    @inlinable @inline(__always)
    func rows<A: PanelArithmetic, let vectors: Int>(
        _: A.Type, _: VectorCount<vectors>.Type, height: Int, block: PanelBlock, saved: UnsafeMutableRawPointer
    ) {
        switch height {
        case 6: if A.tileRows >= 6 { multiply(A.self, TileSize<6, vectors>.self, block: block, saved: saved) }
        case 5: if A.tileRows >= 5 { multiply(A.self, TileSize<5, vectors>.self, block: block, saved: saved) }
        case 4: if A.tileRows >= 4 { multiply(A.self, TileSize<4, vectors>.self, block: block, saved: saved) }
        case 3: multiply(A.self, TileSize<3, vectors>.self, block: block, saved: saved)
        case 2: multiply(A.self, TileSize<2, vectors>.self, block: block, saved: saved)
        default: multiply(A.self, TileSize<1, vectors>.self, block: block, saved: saved)
        }
    }

    /// Goes on with the sums, or starts them, and leaves them behind or finishes them.
    ///
    /// The size is a type, so that the loops over rows and vectors have constant bounds and the sums are registers.
    @inlinable
    func multiply<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, block: PanelBlock, saved: UnsafeMutableRawPointer
    ) {
        let saved = saved.assumingMemoryBound(to: A.Sum.self)
        var sums = InlineArray<24, A.Sum>(repeating: A.zero)
        if !isFirst {
            var index = 0
            while index < rows &* vectors {
                sums[unchecked: index] = saved[index]
                index &+= 1
            }
        }
        var x = activations
        var w = weights
        var next = upcoming
        var remaining = groups
        while remaining > 0 {
            captioner_prefetch(next)
            var line = 64
            while line < upcomingStep {
                captioner_prefetch(next + line)
                line &+= 64
            }
            next += upcomingStep
            var kept = InlineArray<4, A.Weights>(repeating: A.weights(w))
            var vector = 1
            while vector < vectors {
                kept[unchecked: vector] = A.weights(w + vector &* A.Vectors.laneCount &* 4)
                vector &+= 1
            }
            var row = 0
            while row < rows {
                let group = A.activations(x + row &* rowStride)
                vector = 0
                while vector < vectors {
                    let index = row &* vectors &+ vector
                    sums[unchecked: index] = A.multiplyAdd(group, kept[unchecked: vector], sums[unchecked: index])
                    vector &+= 1
                }
                row &+= 1
            }
            x += 4
            w += groupStride
            remaining &-= 1
        }
        if isLast {
            var vector = 0
            while vector < vectors {
                finish(
                    A.self, TileSize<rows, vectors>.self, sums, vector: vector,
                    column: column &+ vector &* A.Vectors.laneCount,
                    block: block)
                vector &+= 1
            }
        } else {
            var index = 0
            while index < rows &* vectors {
                saved[index] = sums[unchecked: index]
                index &+= 1
            }
        }
    }

    /// Makes results of a vector of columns of all rows: scale, bias, activation, what is there already.
    @inlinable @inline(__always)
    func finish<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, _ sums: InlineArray<24, A.Sum>, vector: Int, column: Int,
        block: PanelBlock
    ) {
        typealias V = A.Vectors
        let count = block.columns &- column
        guard count > 0 else { return }
        let scales = block.scales.map { V.load($0 + column) } ?? V.zero
        let columnSums = block.columnSums.map { V.loadIntegers($0 + column) } ?? V.broadcast(0 as Int32)
        let bias = block.bias.map { V.load($0 + column, count: count) } ?? V.zero
        var place = self.row &* block.targetStride &+ column
        var row = 0
        while row < rows {
            let quantization =
                block.quantizations.map { $0[self.row &+ row] } ?? RowQuantization(scale: 1, zeroPoint: 0)
            var value = V.add(
                A.value(
                    sums[unchecked: row &* vectors &+ vector], row: quantization, scales: scales,
                    columnSums: columnSums),
                bias)
            value = applied(V.self, block.activation, to: value)
            switch block.target {
            case .float32(let target): V.store(value, to: target + place, count: count)
            case .accumulate(let target):
                V.store(V.add(V.load(target + place, count: count), value), to: target + place, count: count)
            case .bfloat16(let target): V.storeBFloat16(value, to: target + place, count: count)
            }
            place &+= block.targetStride
            row &+= 1
        }
    }
}

/// The vectors across of a tile.
@usableFromInline enum VectorCount<let vectors: Int> {}
