public import CaptionerIntrinsics

/// The register tile: a few rows of activations times a few vectors of columns, over a piece of the depth.
@usableFromInline
struct PanelTile {
    @usableFromInline var activations: UnsafeRawPointer
    @usableFromInline var rowStride: Int
    @usableFromInline var weights: UnsafeRawPointer
    /// Bytes from group to group of the panel.
    @usableFromInline var groupStride: Int
    @usableFromInline var groups: Int
    /// The groups' places in the panel, as `ActiveGroups` has them; nil where they follow each other.
    @usableFromInline var indices: UnsafePointer<UInt32>?
    /// What will be read after this piece: the tile prefetches a share of it, `upcomingStep` bytes with each group. With indices:
    /// the panel, of which it prefetches as many bytes of a group further on.
    @usableFromInline var upcoming: UnsafeRawPointer
    @usableFromInline var upcomingStep: Int
    /// `partBytes` of memory.
    @usableFromInline var parts: UnsafeMutableRawPointer
    /// Whether this piece of the depth is the first.
    @usableFromInline var isFirst: Bool

    @inlinable @inline(__always)
    init(
        activations: UnsafeRawPointer, rowStride: Int, weights: UnsafeRawPointer, groupStride: Int, groups: Int,
        indices: UnsafePointer<UInt32>? = nil, upcoming: UnsafeRawPointer, upcomingStep: Int,
        parts: UnsafeMutableRawPointer, isFirst: Bool
    ) {
        self.activations = activations
        self.rowStride = rowStride
        self.weights = weights
        self.groupStride = groupStride
        self.groups = groups
        self.indices = indices
        self.upcoming = upcoming
        self.upcomingStep = upcomingStep
        self.parts = parts
        self.isFirst = isFirst
    }

    /// Picks the code for the tile's size.
    @inlinable @inline(__always)
    func multiply<A: PanelArithmetic>(
        _: A.Type, height: Int, vectors: Int, saved: UnsafeMutableRawPointer
    ) {
        switch vectors {
        case 4: if A.tileVectors >= 4 { rows(A.self, VectorCount<4>.self, height: height, saved: saved) }
        case 2: if A.tileVectors >= 2 { rows(A.self, VectorCount<2>.self, height: height, saved: saved) }
        default: rows(A.self, VectorCount<1>.self, height: height, saved: saved)
        }
    }

    @inlinable @inline(__always)
    func rows<A: PanelArithmetic, let vectors: Int>(
        _: A.Type, _: VectorCount<vectors>.Type, height: Int, saved: UnsafeMutableRawPointer
    ) {
        switch height {
        case 6: if A.tileRows >= 6 { multiply(A.self, TileSize<6, vectors>.self, saved: saved) }
        case 5: if A.tileRows >= 5 { multiply(A.self, TileSize<5, vectors>.self, saved: saved) }
        case 4: if A.tileRows >= 4 { multiply(A.self, TileSize<4, vectors>.self, saved: saved) }
        case 3: multiply(A.self, TileSize<3, vectors>.self, saved: saved)
        case 2: multiply(A.self, TileSize<2, vectors>.self, saved: saved)
        default: multiply(A.self, TileSize<1, vectors>.self, saved: saved)
        }
    }

    /// Continues the saved sums, or starts from zero, and saves the sums row by row, vector by vector.
    ///
    /// The size is a type, so that the loops over rows and vectors have constant bounds and the sums are registers.
    @inlinable
    func multiply<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, saved: UnsafeMutableRawPointer
    ) {
        if A.RowPairs.isAvailable && rows > 1 && indices == nil {
            multiplyRowPairs(A.RowPairs.self, TileSize<rows, vectors>.self, saved: saved)
            return
        }
        // Before there are sums, which would have to leave their registers for a call.
        if A.partCount > 1 && groups < 16 { copyShortRows(rows) }
        let saved = saved.assumingMemoryBound(to: A.Sum.self)
        var sums = InlineArray<24, A.Sum>(repeating: A.zero)
        if !isFirst {
            var index = 0
            while index < rows &* vectors {
                sums[unchecked: index] = saved[index]
                index &+= 1
            }
        }
        let setting = A.begin()
        if A.partCount > 1 {
            addParts(A.self, TileSize<rows, vectors>.self, &sums)
        } else if let indices {
            addActive(A.self, TileSize<rows, vectors>.self, &sums, indices)
        } else {
            addAll(A.self, TileSize<rows, vectors>.self, &sums)
        }
        // The sums are stored in any case: the epilogue loops over rows and vectors, and is not compiled for each tile size.
        var index = 0
        while index < rows &* vectors {
            saved[index] = sums[unchecked: index]
            index &+= 1
        }
        A.end(setting)
    }
}

extension PanelTile {
    /// The products of all groups, one after the other.
    @inlinable @inline(__always)
    func addAll<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, _ sums: inout InlineArray<24, A.Sum>
    ) {
        var x = activations
        var w = weights
        var next = upcoming
        var remaining = groups
        while A.readsQuads && remaining >= 4 {
            var quads = InlineArray<6, A.Quad>(repeating: A.quad(x))
            var row = 1
            while row < rows {
                quads[unchecked: row] = A.quad(x + row &* rowStride)
                row &+= 1
            }
            prefetch(groups: 4, &next)
            // Four calls: in a loop the lane would be no constant to the optimizer, and the quads no registers.
            step(A.self, TileSize<rows, vectors>.self, &sums, w) { A.activations(quads[unchecked: $0], lane: 0) }
            w += groupStride
            step(A.self, TileSize<rows, vectors>.self, &sums, w) { A.activations(quads[unchecked: $0], lane: 1) }
            w += groupStride
            step(A.self, TileSize<rows, vectors>.self, &sums, w) { A.activations(quads[unchecked: $0], lane: 2) }
            w += groupStride
            step(A.self, TileSize<rows, vectors>.self, &sums, w) { A.activations(quads[unchecked: $0], lane: 3) }
            w += groupStride
            x += 16
            remaining &-= 4
        }
        while remaining > 0 {
            prefetch(next)
            next += upcomingStep
            step(A.self, TileSize<rows, vectors>.self, &sums, w) { A.activations(x + $0 &* rowStride) }
            x += 4
            w += groupStride
            remaining &-= 1
        }
    }

    /// The products of a group, or of a part of it.
    @inlinable @inline(__always)
    func step<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, _ sums: inout InlineArray<24, A.Sum>, _ w: UnsafeRawPointer,
        part: Int = 0, activations: (_ row: Int) -> A.Activations
    ) {
        var kept = InlineArray<4, A.Weights>(repeating: A.weights(w, part: part))
        var vector = 1
        while vector < vectors {
            kept[unchecked: vector] = A.weights(w + vector &* A.Vectors.laneCount &* 4, part: part)
            vector &+= 1
        }
        var row = 0
        while row < rows {
            let group = activations(row)
            vector = 0
            while vector < vectors {
                let index = row &* vectors &+ vector
                sums[unchecked: index] = A.multiplyAdd(group, kept[unchecked: vector], sums[unchecked: index])
                vector &+= 1
            }
            row &+= 1
        }
    }

    /// Prefetches the shares of some groups.
    @inlinable @inline(__always)
    func prefetch(groups: Int, _ next: inout UnsafeRawPointer) {
        var group = 0
        while group < groups {
            prefetch(next)
            next += upcomingStep
            group &+= 1
        }
    }

    /// Prefetches the share of a group.
    @inlinable @inline(__always)
    func prefetch(_ next: UnsafeRawPointer) {
        captioner_prefetch(next)
        var line = 64
        while line < upcomingStep {
            captioner_prefetch(next + line)
            line &+= 64
        }
    }
}

/// The vectors across of a tile.
@usableFromInline enum VectorCount<let vectors: Int> {}
