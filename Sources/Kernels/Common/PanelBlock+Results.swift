public import CaptionerIntrinsics

extension PanelBlock {
    /// Makes results of a tile's sums: scales, bias, activation, what is there already.
    ///
    /// Once for each format and activation, not for each size of a tile.
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
        let sums = tile.sums.assumingMemoryBound(to: A.Sum.self)
        var vector = 0
        while vector < tile.vectors {
            let column = tile.column &+ vector &* V.laneCount
            let count = columns &- column
            guard count > 0 else { return }
            let scales = self.scales.map { V.load($0 + column) } ?? V.zero
            let columnSums = self.columnSums.map { V.loadIntegers($0 + column) } ?? V.broadcast(0 as Int32)
            let bias = self.bias.map { V.load($0 + column, count: count) } ?? V.zero
            var place = tile.row &* targetStride &+ column
            var row = 0
            while row < tile.rows {
                let quantization =
                    quantizations.map { $0[tile.row &+ row] } ?? RowQuantization(scale: 1, zeroPoint: 0)
                let sum = A.value(
                    sums[row &* tile.vectors &+ vector], row: quantization, scales: scales, columnSums: columnSums)
                let value = F.apply(V.self, to: V.add(sum, bias))
                switch target {
                case .float32(let target): V.store(value, to: target + place, count: count)
                case .accumulate(let target):
                    V.store(V.add(V.load(target + place, count: count), value), to: target + place, count: count)
                case .bfloat16(let target): V.storeBFloat16(value, to: target + place, count: count)
                }
                place &+= targetStride
                row &+= 1
            }
            vector &+= 1
        }
    }

    /// Asks for the part of the result that a tile will change, so that it is there when the sums are.
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
