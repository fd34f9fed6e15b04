public import CaptionerIntrinsics

extension PanelBlock {
    /// The epilogue of a tile: applies scales, bias and activation to its sums, and stores or accumulates the results.
    ///
    /// It is compiled once for each format and activation, not for each tile size.
    ///
    /// - Parameters:
    ///   - sums: as `PanelTile` leaves them.
    ///   - rows: the tile's size, with `vectors`.
    ///   - row: its place in the block's result, with `column`.
    @inlinable @inline(__always)
    func finish<A: PanelArithmetic>(
        _: A.Type, _ sums: UnsafeRawPointer, rows: Int, vectors: Int, row: Int, column: Int
    ) {
        let tile = FinishedTile(sums: sums, rows: rows, vectors: vectors, row: row, column: column)
        switch activation {
        case .identity: finish(A.self, RoughActivations.Identity.self, tile)
        case .gelu: finish(A.self, RoughActivations.GELU.self, tile)
        case .relu: finish(A.self, RoughActivations.ReLU.self, tile)
        case .tanhGELU: finish(A.self, RoughActivations.TanhGELU.self, tile)
        case .quickGELU: finish(A.self, RoughActivations.QuickGELU.self, tile)
        case .silu: finish(A.self, RoughActivations.SiLU.self, tile)
        }
    }

    @inlinable @inline(never)
    func finish<A: PanelArithmetic, F: RoughActivation>(_: A.Type, _: F.Type, _ tile: FinishedTile) {
        typealias V = A.Vectors
        var sums = tile.sums.assumingMemoryBound(to: A.Sum.self)
        let lanes = V.laneCount
        var row = tile.row
        while row < tile.row &+ tile.rows {
            let quantization = quantizations.map { $0[row] } ?? RowQuantization(scale: 1, zeroPoint: 0)
            let place = row &* targetStride
            var vector = 0
            var column = tile.column
            while vector &+ 4 <= tile.vectors && column &+ 4 &* lanes <= columns {
                let values = F.apply(
                    Paired<Paired<V>>.self,
                    to: Paired<Paired<V>>.Vector(
                        Paired<V>.Vector(
                            value(A.self, sums[vector], quantization, column: column, count: lanes),
                            value(A.self, sums[vector &+ 1], quantization, column: column &+ lanes, count: lanes)),
                        Paired<V>.Vector(
                            value(A.self, sums[vector &+ 2], quantization, column: column &+ 2 &* lanes, count: lanes),
                            value(A.self, sums[vector &+ 3], quantization, column: column &+ 3 &* lanes, count: lanes)))
                )
                store(V.self, values.first, at: place &+ column)
                store(V.self, values.second, at: place &+ column &+ 2 &* lanes)
                vector &+= 4
                column &+= 4 &* lanes
            }
            while vector < tile.vectors && column < columns {
                let count = columns &- column
                let sum = value(A.self, sums[vector], quantization, column: column, count: count)
                store(V.self, F.apply(V.self, to: sum), at: place &+ column, count: count)
                vector &+= 1
                column &+= lanes
            }
            sums += tile.vectors
            row &+= 1
        }
    }

    /// A vector of sums with scales and bias, of `count` columns or more.
    @inlinable @inline(__always)
    func value<A: PanelArithmetic>(
        _: A.Type, _ sum: A.Sum, _ quantization: RowQuantization, column: Int, count: Int
    ) -> A.Vectors.Vector {
        typealias V = A.Vectors
        let value = A.value(
            sum, row: quantization, scales: scales.map { V.load($0 + column) } ?? V.zero,
            columnSums: columnSums.map { V.loadIntegers($0 + column) } ?? V.broadcast(0 as Int32))
        return V.add(value, bias.map { V.load($0 + column, count: count) } ?? V.zero)
    }

    @inlinable @inline(__always)
    func store<V: FloatVectors>(_: V.Type, _ values: Paired<V>.Vector, at place: Int) {
        if case .bfloat16(let target) = target {
            V.storeBFloat16(values.first, values.second, to: target + place)
        } else {
            store(V.self, values.first, at: place, count: V.laneCount)
            store(V.self, values.second, at: place &+ V.laneCount, count: V.laneCount)
        }
    }

    @inlinable @inline(__always)
    func store<V: FloatVectors>(_: V.Type, _ value: V.Vector, at place: Int, count: Int) {
        switch target {
        case .float32(let target): V.store(value, to: target + place, count: count)
        case .accumulate(let target):
            V.store(V.add(V.load(target + place, count: count), value), to: target + place, count: count)
        case .bfloat16(let target): V.storeBFloat16(value, to: target + place, count: count)
        }
    }

    /// Prefetches the part of the result that a tile will write, so that it is cached when the sums are ready.
    @inlinable @inline(__always)
    func prefetch(rows: Int, columns: Int, row: Int, column: Int) {
        let (start, size): (UnsafeRawPointer, Int) =
            switch target {
            case .float32(let target), .accumulate(let target): (UnsafeRawPointer(target), 4)
            case .bfloat16(let target): (UnsafeRawPointer(target), 2)
            }
        var index = row
        while index < row &+ rows {
            let place = start + (index &* targetStride &+ column) &* size
            var byte = 0
            while byte < columns &* size {
                captioner_prefetch(place + byte)
                byte &+= 64
            }
            index &+= 1
        }
    }
}

/// The sums of a tile, and its place in a block's result.
@usableFromInline
struct FinishedTile {
    @usableFromInline var sums: UnsafeRawPointer
    @usableFromInline var rows: Int
    @usableFromInline var vectors: Int
    @usableFromInline var row: Int
    @usableFromInline var column: Int

    @inlinable @inline(__always)
    init(sums: UnsafeRawPointer, rows: Int, vectors: Int, row: Int, column: Int) {
        self.sums = sums
        self.rows = rows
        self.vectors = vectors
        self.row = row
        self.column = column
    }
}
