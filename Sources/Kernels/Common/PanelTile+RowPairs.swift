extension PanelTile {
    /// The tile of bytes by products of two rows and two columns: for each two groups of the depth, four columns of both are
    /// interleaved to two pairs of columns with eight bytes each. Sums are saved as other tiles do it.
    @inlinable @inline(__always)
    func multiplyRowPairs<P: RowPairProducts, let rows: Int, let vectors: Int>(
        _: P.Type, _: TileSize<rows, vectors>.Type, saved: UnsafeMutableRawPointer
    ) {
        // `[pairs of rows, fours of columns, 2]`, each sum `[2, 2]`.
        var sums = InlineArray<24, SIMD4<Int32>>(repeating: SIMD4())
        let (pairs, fours) = ((rows &+ 1) / 2, vectors &* 2)
        if !isFirst {
            var pair = 0
            while pair < pairs {
                let (upper, lower) = (saved + 2 &* pair &* fours &* 16, saved + (2 &* pair &+ 1) &* fours &* 16)
                var four = 0
                while four < fours {
                    let first = upper.load(fromByteOffset: four &* 16, as: SIMD4<Int32>.self)
                    var second = SIMD4<Int32>()
                    if 2 &* pair &+ 1 < rows { second = lower.load(fromByteOffset: four &* 16, as: SIMD4<Int32>.self) }
                    let index = 2 &* (pair &* fours &+ four)
                    sums[unchecked: index] = SIMD4(first.x, first.y, second.x, second.y)
                    sums[unchecked: index &+ 1] = SIMD4(first.z, first.w, second.z, second.w)
                    four &+= 1
                }
                pair &+= 1
            }
        }
        var (x, w, next, remaining) = (activations, weights, upcoming, groups)
        while remaining >= 4 {
            // Four groups of each row, two for each of two steps.
            var (early, late) = (InlineArray<3, Pair>(repeating: Pair()), InlineArray<3, Pair>(repeating: Pair()))
            var pair = 0
            while pair < pairs {
                let upper = (x + 2 &* pair &* rowStride).loadUnaligned(as: SIMD2<UInt64>.self)
                let lower = (x + lowerRow(pair, of: rows) &* rowStride).loadUnaligned(as: SIMD2<UInt64>.self)
                early[unchecked: pair] = unsafeBitCast(SIMD2(upper.x, lower.x), to: Pair.self)
                late[unchecked: pair] = unsafeBitCast(SIMD2(upper.y, lower.y), to: Pair.self)
                pair &+= 1
            }
            prefetch(groups: 4, &next)
            step(P.self, TileSize<rows, vectors>.self, &sums, early, w, hasSecond: true)
            step(P.self, TileSize<rows, vectors>.self, &sums, late, w + 2 &* groupStride, hasSecond: true)
            x += 16
            w += 4 &* groupStride
            remaining &-= 4
        }
        while remaining > 0 {
            // Rows are padded, so that eight bytes can be read.
            var kept = InlineArray<3, Pair>(repeating: Pair())
            var pair = 0
            while pair < pairs {
                let upper = (x + 2 &* pair &* rowStride).loadUnaligned(as: UInt64.self)
                let lower = (x + lowerRow(pair, of: rows) &* rowStride).loadUnaligned(as: UInt64.self)
                kept[unchecked: pair] = unsafeBitCast(SIMD2<UInt64>(upper, lower), to: Pair.self)
                pair &+= 1
            }
            prefetch(groups: min(remaining, 2), &next)
            step(P.self, TileSize<rows, vectors>.self, &sums, kept, w, hasSecond: remaining > 1)
            x += 8
            w += 2 &* groupStride
            remaining &-= 2
        }
        var pair = 0
        while pair < pairs {
            let (upper, lower) = (saved + 2 &* pair &* fours &* 16, saved + (2 &* pair &+ 1) &* fours &* 16)
            var four = 0
            while four < fours {
                let index = 2 &* (pair &* fours &+ four)
                let (early, late) = (sums[unchecked: index], sums[unchecked: index &+ 1])
                let first = SIMD4(early.x, early.y, late.x, late.y)
                upper.storeBytes(of: first, toByteOffset: four &* 16, as: SIMD4<Int32>.self)
                if 2 &* pair &+ 1 < rows {
                    let second = SIMD4(early.z, early.w, late.z, late.w)
                    lower.storeBytes(of: second, toByteOffset: four &* 16, as: SIMD4<Int32>.self)
                }
                four &+= 1
            }
            pair &+= 1
        }
    }

    /// Eight bytes of two rows.
    @usableFromInline typealias Pair = SIMD16<UInt8>

    /// The second row of a pair; a last row without a second is taken twice.
    @inlinable @inline(__always)
    func lowerRow(_ pair: Int, of rows: Int) -> Int { min(2 &* pair &+ 1, rows &- 1) }

    /// Two groups of the depth, or one and zeros for the weights of the second.
    @inlinable @inline(__always)
    func step<P: RowPairProducts, let rows: Int, let vectors: Int>(
        _: P.Type, _: TileSize<rows, vectors>.Type, _ sums: inout InlineArray<24, SIMD4<Int32>>,
        _ kept: InlineArray<3, Pair>, _ w: UnsafeRawPointer, hasSecond: Bool
    ) {
        let (pairs, fours) = ((rows &+ 1) / 2, vectors &* 2)
        var four = 0
        while four < fours {
            let first = (w + four &* 16).loadUnaligned(as: SIMD4<UInt32>.self)
            let second =
                hasSecond
                ? (w + (groupStride &+ four &* 16)).loadUnaligned(as: SIMD4<UInt32>.self) : SIMD4<UInt32>()
            let early = unsafeBitCast(SIMD4(first.x, second.x, first.y, second.y), to: SIMD16<Int8>.self)
            let late = unsafeBitCast(SIMD4(first.z, second.z, first.w, second.w), to: SIMD16<Int8>.self)
            var pair = 0
            while pair < pairs {
                let index = 2 &* (pair &* fours &+ four)
                sums[unchecked: index] = P.multiplyAdd(kept[unchecked: pair], early, sums[unchecked: index])
                sums[unchecked: index &+ 1] = P.multiplyAdd(kept[unchecked: pair], late, sums[unchecked: index &+ 1])
                pair &+= 1
            }
            four &+= 1
        }
    }
}
