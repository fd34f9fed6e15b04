public import CaptionerIntrinsics

// Groups that are read in another way than one after the other.

extension PanelTile {
    /// Bytes of both parts of sixteen groups of a row.
    @inlinable @inline(__always)
    static var partStride: Int { 128 }

    /// Bytes of memory for parts: those of six rows, and six short rows.
    @inlinable @inline(__always)
    static var partBytes: Int { 6 &* (partStride &+ 64) }

    /// The products of some groups of the panel, whose activations are side by side.
    @inlinable @inline(__always)
    func addActive<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, _ sums: inout InlineArray<24, A.Sum>,
        _ indices: UnsafePointer<UInt32>
    ) {
        var x = activations
        var index = 0
        while index < groups {
            prefetchActive(indices, index)
            step(A.self, TileSize<rows, vectors>.self, &sums, place(indices, index)) {
                A.activations(x + $0 &* rowStride)
            }
            x += 4
            index &+= 1
        }
    }

    /// The products of groups whose numbers are taken apart: those of activations sixteen groups at a time, into memory. Of each
    /// group the first parts of all rows are multiplied, then the second ones, for which weights are read again, so that registers
    /// hold one part of them.
    @inlinable @inline(__always)
    func addParts<A: PanelArithmetic, let rows: Int, let vectors: Int>(
        _: A.Type, _: TileSize<rows, vectors>.Type, _ sums: inout InlineArray<24, A.Sum>
    ) {
        let isShort = groups < 16
        let source = isShort ? UnsafeRawPointer(shortRows) : activations
        let stride = isShort ? 64 : rowStride
        var first = 0
        var w = weights
        var next = upcoming
        while first < groups {
            let count = min(groups &- first, 16)
            // The last sixteen overlap those before, so that nothing behind the row is read.
            let start = isShort ? 0 : first &+ count &- 16
            var row = 0
            while row < rows {
                let words = (source + row &* stride + start &* 4).loadUnaligned(as: SIMD16<UInt32>.self)
                let target = parts + row &* Self.partStride
                target.storeBytes(of: A.split(words, part: 0), as: SIMD16<UInt32>.self)
                (target + 64).storeBytes(of: A.split(words, part: 1), as: SIMD16<UInt32>.self)
                row &+= 1
            }
            var x = UnsafeRawPointer(parts) + (first &- start) &* 4
            var index = first
            while index < first &+ count {
                if let indices {
                    prefetchActive(indices, index)
                    w = place(indices, index)
                } else {
                    prefetch(next)
                    next += upcomingStep
                }
                step(A.self, TileSize<rows, vectors>.self, &sums, w, part: 0) {
                    A.activations(x + $0 &* Self.partStride)
                }
                step(A.self, TileSize<rows, vectors>.self, &sums, captioner_same(w), part: 1) {
                    A.activations(x + (64 &+ $0 &* Self.partStride))
                }
                w += groupStride
                x += 4
                index &+= 1
            }
            first &+= count
        }
    }

    /// Where rows of less than sixteen groups are copied to, so that sixteen can be read.
    @inlinable @inline(__always)
    var shortRows: UnsafeMutableRawPointer { parts + 6 &* Self.partStride }

    @inlinable @inline(__always)
    func copyShortRows(_ rows: Int) {
        var (source, target, row) = (activations, shortRows, 0)
        while row < rows {
            target.copyMemory(from: source, byteCount: groups &* 4)
            source += rowStride
            target += 64
            row &+= 1
        }
    }

    /// Where the weights of a group are.
    @inlinable @inline(__always)
    func place(_ indices: UnsafePointer<UInt32>, _ index: Int) -> UnsafeRawPointer {
        weights + Int(indices[index]) &* groupStride
    }

    /// Prefetches a group further on.
    @inlinable @inline(__always)
    func prefetchActive(_ indices: UnsafePointer<UInt32>, _ index: Int) {
        let next = upcoming + Int(indices[index &+ ActiveGroups.lookahead]) &* groupStride
        var byte = 0
        while byte < upcomingStep {
            captioner_prefetch(next + byte)
            byte &+= 64
        }
    }
}
