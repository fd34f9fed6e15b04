public import CaptionerIntrinsics

/// The register tile of float32 products: a few rows of x times a few rows of W, over a piece of the depth.
@usableFromInline
struct Tile {
    @usableFromInline var x: UnsafePointer<Float>
    /// Floats from row to row of x, and from sixteen columns to the next sixteen.
    @usableFromInline var rowStride: Int
    @usableFromInline var step: Int
    @usableFromInline var weights: UnsafePointer<Float>
    @usableFromInline var weightStride: Int
    @usableFromInline var depth: Int
    /// Weights that will be read soon: with each sixteen of the depth the tile prefetches a cache line of them, and one
    /// `upcomingDistance` floats after it.
    @usableFromInline var upcoming: UnsafePointer<Float>
    @usableFromInline var upcomingDistance: Int
    /// Whether this piece of the depth is the first and the last.
    @usableFromInline var isFirst: Bool
    @usableFromInline var isLast: Bool
    @usableFromInline var target: UnsafeMutablePointer<Float>
    @usableFromInline var stride: Int
    @usableFromInline var accumulating: Bool

    @inlinable @inline(__always)
    init(
        x: UnsafePointer<Float>, rowStride: Int, step: Int, weights: UnsafePointer<Float>, weightStride: Int,
        depth: Int, upcoming: UnsafePointer<Float>, upcomingDistance: Int, isFirst: Bool, isLast: Bool,
        target: UnsafeMutablePointer<Float>, stride: Int, accumulating: Bool
    ) {
        self.x = x
        self.rowStride = rowStride
        self.step = step
        self.weights = weights
        self.weightStride = weightStride
        self.depth = depth
        self.upcoming = upcoming
        self.upcomingDistance = upcomingDistance
        self.isFirst = isFirst
        self.isLast = isLast
        self.target = target
        self.stride = stride
        self.accumulating = accumulating
    }

    /// Continues the saved sums, or starts from zero, and saves the sums or, after the last piece, writes the results.
    ///
    /// The size is a type, so that the loops over rows and columns have constant bounds and the sums are registers.
    /// - Parameter sums: `[passes, rows, columns]` vectors.
    @inlinable
    func multiply<I: VectorInstructions, let rows: Int, let columns: Int>(
        _: I.Type, _: TileSize<rows, columns>.Type, sums: UnsafeMutablePointer<I.Vector>, constants: UnsafeRawPointer
    ) {
        let size = rows &* columns
        var pass = 0
        while pass &* I.laneCount < 16 {
            let saved = sums + pass &* size
            var accumulators = InlineArray<24, I.Vector>(repeating: I.zero)
            if !isFirst {
                var index = 0
                while index < size {
                    accumulators[unchecked: index] = saved[index]
                    index &+= 1
                }
            }
            var x = self.x + pass &* I.laneCount
            var w = weights + pass &* I.laneCount
            var next = upcoming
            var remaining = depth
            while remaining >= 16 {
                captioner_prefetch(next)
                captioner_prefetch(next + upcomingDistance)
                next += 16
                step(I.self, &accumulators, x, w, rows: rows, columns: columns)
                x += step
                w += 16
                remaining &-= 16
            }
            if remaining > 0 {
                // The lanes that have no product are padded with zeros.
                let count = remaining &- pass &* I.laneCount
                var row = 0
                while row < rows {
                    let value = I.load(x + row &* rowStride, count: count)
                    var column = 0
                    while column < columns {
                        let index = row &* columns &+ column
                        accumulators[unchecked: index] = I.multiplyAdd(
                            I.load(w + column &* weightStride, count: count), value,
                            accumulators[unchecked: index])
                        column &+= 1
                    }
                    row &+= 1
                }
            }
            if isLast && (pass &+ 1) &* I.laneCount == 16 {
                finish(I.self, 0, rows, columns, accumulators, sums, constants)
                if rows > 2 { finish(I.self, 2, rows, columns, accumulators, sums, constants) }
                if rows > 4 { finish(I.self, 4, rows, columns, accumulators, sums, constants) }
            } else {
                var index = 0
                while index < size {
                    saved[index] = accumulators[unchecked: index]
                    index &+= 1
                }
            }
            pass &+= 1
        }
    }

    /// One vector of the depth. The shorter side of the tile stays in registers while the other passes by.
    @inlinable @inline(__always)
    func step<I: VectorInstructions>(
        _: I.Type, _ accumulators: inout InlineArray<24, I.Vector>, _ x: UnsafePointer<Float>,
        _ w: UnsafePointer<Float>, rows: Int, columns: Int
    ) {
        var kept = InlineArray<4, I.Vector>(repeating: I.zero)
        if rows < columns {
            var row = 0
            while row < rows {
                kept[unchecked: row] = I.load(x + row &* rowStride)
                row &+= 1
            }
            var column = 0
            while column < columns {
                let value = I.load(w + column &* weightStride)
                row = 0
                while row < rows {
                    let index = row &* columns &+ column
                    accumulators[unchecked: index] = I.multiplyAdd(
                        kept[unchecked: row], value, accumulators[unchecked: index])
                    row &+= 1
                }
                column &+= 1
            }
        } else {
            var column = 0
            while column < columns {
                kept[unchecked: column] = I.load(w + column &* weightStride)
                column &+= 1
            }
            var row = 0
            while row < rows {
                let value = I.load(x + row &* rowStride)
                column = 0
                while column < columns {
                    let index = row &* columns &+ column
                    accumulators[unchecked: index] = I.multiplyAdd(
                        kept[unchecked: column], value, accumulators[unchecked: index])
                    column &+= 1
                }
                row &+= 1
            }
        }
    }

    /// Adds up the lanes of two rows from `row` on and writes them.
    @inlinable @inline(__always)
    func finish<I: VectorInstructions>(
        _: I.Type, _ row: Int, _ rows: Int, _ columns: Int, _ accumulators: InlineArray<24, I.Vector>,
        _ sums: UnsafeMutablePointer<I.Vector>, _ constants: UnsafeRawPointer
    ) {
        var pair = InlineArray<8, I.Vector>(repeating: I.zero)
        var column = 0
        while column < columns {
            pair[unchecked: column] = accumulators[unchecked: row &* columns &+ column]
            if row &+ 1 < rows {
                pair[unchecked: 4 &+ column] = accumulators[unchecked: (row &+ 1) &* columns &+ column]
            }
            column &+= 1
        }
        let results = I.reduce(
            pair, early: UnsafePointer(sums + row &* columns), columns: columns, constants: constants)
        write(results.0, row: row, columns: columns)
        if row &+ 1 < rows { write(results.1, row: row &+ 1, columns: columns) }
    }

    @inlinable @inline(__always)
    func write(_ results: SIMD4<Float>, row: Int, columns: Int) {
        let place = target + row &* stride
        if columns == 4 {
            let raw = UnsafeMutableRawPointer(place)
            let sum = accumulating ? raw.loadUnaligned(as: SIMD4<Float>.self) + results : results
            raw.storeBytes(of: sum, as: SIMD4<Float>.self)
        } else {
            place.pointee = accumulating ? place.pointee + results[0] : results[0]
        }
    }
}

/// The rows and columns of a tile.
@usableFromInline enum TileSize<let rows: Int, let columns: Int> {}
