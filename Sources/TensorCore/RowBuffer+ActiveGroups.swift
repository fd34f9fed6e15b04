import CaptionerKernels

extension RowBuffer {
    /// Memory for `compact`, in bytes.
    static func activeBytes(depth: Int, format: PanelFormat) -> Int {
        BufferCache.aligned((2 * format.groups(depth: depth) + ActiveGroups.lookahead) * 4)
    }

    /// Finds the groups of the depth that are zero in all of the first `count` rows, as a ReLU leaves many, and if they are
    /// enough for a product without them to be faster, moves the others together: the rows are then of use only with the result.
    ///
    /// - Parameter memory: `activeBytes`, on a cache line, for as long as the result is used.
    /// - Returns: nil where the rows stay as they are.
    func compact(count: Int, memory: UnsafeMutableRawPointer) -> ActiveGroups? {
        guard count > 0 else { return nil }
        let groups = format.groups(depth: depth)
        let indices = memory.assumingMemoryBound(to: UInt32.self)
        let union = indices + groups + ActiveGroups.lookahead
        for row in 0..<count {
            let words = (rows + row * stride).assumingMemoryBound(to: UInt32.self)
            if row == 0 {
                for group in 0..<groups { union[group] = words[group] }
            } else {
                for group in 0..<groups { union[group] |= words[group] }
            }
        }
        var zeros: UInt32 = 0
        for group in 0..<groups { zeros &+= union[group] == 0 ? 1 : 0 }
        let active = groups - Int(zeros)
        guard active * 100 <= groups * Self.activeLimit else { return nil }
        // Without a branch, which would be guessed wrong every few groups: what is no active group is overwritten.
        var next = 0
        for group in 0..<groups {
            indices[next] = UInt32(truncatingIfNeeded: group)
            next += union[group] == 0 ? 0 : 1
        }
        // At the end of a panel the next one's first groups are prefetched.
        for index in 0..<ActiveGroups.lookahead {
            indices[active + index] = UInt32(truncatingIfNeeded: groups) + (index < active ? indices[index] : 0)
        }
        for row in 0..<count {
            let words = (rows + row * stride).assumingMemoryBound(to: UInt32.self)
            for index in 0..<active { words[index] = words[Int(indices[index])] }
        }
        return ActiveGroups(indices: UnsafePointer(indices), count: active)
    }

    /// Up to this percentage of active groups a product of them alone is faster, as was measured with AVX-512 and AVX2
    /// (docs/performance.md).
    private static let activeLimit = 75
}
