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
    /// What will be read after this piece: the tile prefetches a share of it, `upcomingStep` bytes with each group.
    @usableFromInline var upcoming: UnsafeRawPointer
    @usableFromInline var upcomingStep: Int
    /// Whether this piece of the depth is the first.
    @usableFromInline var isFirst: Bool

    @inlinable @inline(__always)
    init(
        activations: UnsafeRawPointer, rowStride: Int, weights: UnsafeRawPointer, groupStride: Int, groups: Int,
        upcoming: UnsafeRawPointer, upcomingStep: Int, isFirst: Bool
    ) {
        self.activations = activations
        self.rowStride = rowStride
        self.weights = weights
        self.groupStride = groupStride
        self.groups = groups
        self.upcoming = upcoming
        self.upcomingStep = upcomingStep
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
        // The sums are stored in any case: the epilogue loops over rows and vectors, and is not compiled for each tile size.
        var index = 0
        while index < rows &* vectors {
            saved[index] = sums[unchecked: index]
            index &+= 1
        }
    }
}

/// The vectors across of a tile.
@usableFromInline enum VectorCount<let vectors: Int> {}
