public import CaptionerIntrinsics

extension AttentionHead {
    /// Keys `[keyCount, headSize]` become the columns of panels: words of four bytes, transposed.
    /// - Parameter padding: groups of zeros after those of the depth.
    @inlinable @inline(__always)
    func packKeys(into panels: UnsafeMutableRawPointer, padding: Int = 0) {
        let groups = format.groups(depth: headSize)
        let padded = PanelFormat.paddedColumns(keyCount)
        var first = 0
        while first < padded {
            let width = min(64, padded &- first)
            let panel = panels + first &* (groups &+ padding) &* 4
            clear(panel + groups &* width &* 4, byteCount: padding &* width &* 4)
            var column = 0
            while column < width {
                prefetch(rows: first &+ column &+ 16)
                turn(keys: first &+ column, groups: groups, into: panel + column &* 4, stride: width &* 4)
                column &+= 4
            }
            first &+= 64
        }
    }

    /// Prefetches four keys, and the values and queries of the same rows: slices of rows that are pages apart, which
    /// hardware prefetchers do not predict.
    @inlinable @inline(__always)
    func prefetch(rows first: Int) {
        let bytes = headSize &* 4 / format.groupDepth
        var row = first
        while row < min(first &+ 4, keyCount) {
            var byte = 0
            while byte < bytes {
                captioner_prefetch(keys + row &* keyStride + byte)
                captioner_prefetch(values + row &* valueStride + byte)
                if row < queryCount { captioner_prefetch(queries + row &* queryStride + byte) }
                byte &+= 64
            }
            row &+= 1
        }
    }

    /// Transposes four keys to four columns, four groups at a time: word by word the compiler would emit scatters, which
    /// take six times as long.
    /// - Parameters:
    ///   - first: the first key; those from `keyCount` on are zeros.
    ///   - stride: bytes from group to group of the target.
    @inlinable @inline(__always)
    func turn(keys first: Int, groups: Int, into target: UnsafeMutableRawPointer, stride: Int) {
        let known = min(max(keyCount &- first, 0), 4)
        var group = 0
        while group < groups {
            let count = min(groups &- group, 4)
            var rows = InlineArray<4, SIMD4<UInt32>>(repeating: SIMD4())
            var row = 0
            while row < 4 {
                if row < known {
                    let source = keys + (first &+ row) &* keyStride + group &* 4
                    if count == 4 {
                        rows[unchecked: row] = source.loadUnaligned(as: SIMD4<UInt32>.self)
                    } else {
                        var index = 0
                        while index < count {
                            rows[unchecked: row][index] = source.loadUnaligned(
                                fromByteOffset: index &* 4, as: UInt32.self)
                            index &+= 1
                        }
                    }
                }
                row &+= 1
            }
            var index = 0
            while index < 4 {
                if index < count {
                    let words = SIMD4(
                        rows[unchecked: 0][index], rows[unchecked: 1][index], rows[unchecked: 2][index],
                        rows[unchecked: 3][index])
                    target.storeBytes(of: words, toByteOffset: (group &+ index) &* stride, as: SIMD4<UInt32>.self)
                }
                index &+= 1
            }
            group &+= 4
        }
    }

    @inlinable @inline(__always)
    func clear(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        let words = memory.assumingMemoryBound(to: UInt32.self)
        var index = 0
        while index < byteCount / 4 {
            words[index] = 0
            index &+= 1
        }
    }

    /// Values `[keyCount, headSize]` need no transposition; in bfloat16 two rows are interleaved.
    /// - Parameter padding: groups of zeros after those of the depth.
    @inlinable @inline(__always)
    func packValues(into panels: UnsafeMutableRawPointer, padding: Int = 0) {
        let groups = format.groups(depth: keyCount)
        let padded = PanelFormat.paddedColumns(headSize)
        var first = 0
        while first < padded {
            let width = min(64, padded &- first)
            let known = min(width, headSize &- first)
            let panel = panels + first &* (groups &+ padding) &* 4
            clear(panel + groups &* width &* 4, byteCount: padding &* width &* 4)
            var group = 0
            while group < groups {
                let target = (panel + group &* width &* 4).assumingMemoryBound(to: UInt32.self)
                if format == .bfloat16 {
                    let upper = (values + 2 &* group &* valueStride).assumingMemoryBound(to: UInt16.self) + first
                    let hasLower = 2 &* group &+ 1 < keyCount
                    let lower =
                        (values + (2 &* group &+ (hasLower ? 1 : 0)) &* valueStride).assumingMemoryBound(
                            to: UInt16.self) + first
                    let mask: UInt32 = hasLower ? .max : 0
                    var column = 0
                    while column < known {
                        target[column] = UInt32(upper[column]) | (UInt32(lower[column]) &<< 16) & mask
                        column &+= 1
                    }
                } else {
                    let row = (values + group &* valueStride).assumingMemoryBound(to: UInt32.self) + first
                    target.update(from: row, count: known)
                }
                var column = known
                while column < width {
                    target[column] = 0
                    column &+= 1
                }
                group &+= 1
            }
            first &+= 64
        }
    }
}
