public import CaptionerIntrinsics

extension PanelBlock {
    /// Steps of sixteen groups that are processed together: so much of 32 columns stays in the first-level cache while all
    /// rows are multiplied with it.
    @inlinable @inline(__always)
    static var stepLimit: Int { 8 }

    /// Computes an int8 block with tiles.
    ///
    /// - Parameters:
    ///   - arithmetic: for what follows the sums.
    ///   - scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func multiply<T: TileRegisters, A: IntegerPanelArithmetic>(
        _: T.Type, _ arithmetic: A.Type, scratch: UnsafeMutableRawPointer
    ) {
        guard rows > 0 else { return }
        // Few rows, which take tiles in tests only.
        if activeGroups != nil { return multiply(A.self, scratch: scratch) }
        // Tiles of one height, which is set once: the last begins within the rows of the one before it.
        let count = (rows &+ 31) / 32
        let height = (rows &+ count &- 1) / count
        var tiles = T()
        tiles.configure(rows: height)
        if height > 16 {
            multiply(&tiles, A.self, isTall: true, height: height, count: count, scratch: scratch)
        } else {
            multiply(&tiles, A.self, isTall: false, height: height, count: count, scratch: scratch)
        }
        tiles.release()
    }

    @inlinable @inline(__always)
    func multiply<T: TileRegisters, A: IntegerPanelArithmetic>(
        _ tiles: inout T, _: A.Type, isTall: Bool, height: Int, count: Int, scratch: UnsafeMutableRawPointer
    ) {
        let groups = format.groups(depth: depth)
        let padded = PanelFormat.paddedColumns(columns)
        let end = panels + min(PanelFormat.paddedColumns(range.upperBound), padded) &* groups &* 4
        let steps = (groups &+ 15) / 16
        let pieces = max((steps &+ Self.stepLimit &- 1) / Self.stepLimit, 1)
        let pieceSteps = (steps &+ pieces &- 1) / pieces
        let rest = scratch + count &* height &* 256
        var column = range.lowerBound
        while column < range.upperBound {
            let width = min(PanelFormat.panelColumns, padded &- column)
            let panel = panels + column &* groups &* 4
            copyRest(of: panel, groups: groups, width: width, to: rest)
            // The tiles of this panel prefetch the next.
            var upcoming = panel + groups &* width &* 4
            let share = upcoming < end ? (width &* 16 &+ rows &- 1) / rows &* 64 : 0
            var unit = 0
            while unit < width {
                var step = 0
                while step < steps {
                    let stepCount = min(pieceSteps, steps &- step)
                    let isLast = step &+ stepCount == steps
                    var index = 0
                    while index < count {
                        let row = min(index &* height, rows &- height)
                        let tile = PanelTiles(
                            activations: activations + row &* rowStride + step &* 64, rowStride: rowStride,
                            weights: panel + (step &* 16 &* width &+ unit) &* 4,
                            rest: isLast && groups & 15 != 0 ? UnsafeRawPointer(rest) + unit &* 4 : nil,
                            groupStride: width &* 4, steps: stepCount,
                            upcoming: upcoming, upcomingStep: share,
                            sums: scratch + (index &* height &* width &+ unit) &* 4, isFirst: step == 0)
                        if width &- unit >= 32 {
                            tile.multiply(&tiles, TileShape(isTall: isTall, isWide: true))
                        } else {
                            tile.multiply(&tiles, TileShape(isTall: isTall, isWide: false))
                        }
                        upcoming += share &* stepCount
                        index &+= 1
                    }
                    step &+= stepCount
                }
                unit &+= 32
            }
            var index = 0
            while index < count {
                let first = index &* height
                let row = min(first, rows &- height)
                let passed = first &- row
                finish(
                    A.self, scratch + (first &+ passed) &* width &* 4, rows: height &- passed,
                    vectors: width / A.Vectors.laneCount, row: first, column: column)
                index &+= 1
            }
            column &+= PanelFormat.panelColumns
        }
    }

    /// Copies the groups that fill no sixteen, and zeros after them: what is multiplied with zeros does not matter.
    @inlinable @inline(__always)
    func copyRest(of panel: UnsafeRawPointer, groups: Int, width: Int, to target: UnsafeMutableRawPointer) {
        let rest = groups & 15
        guard rest > 0 else { return }
        let byteCount = rest &* width &* 4
        target.copyMemory(from: panel + (groups &- rest) &* width &* 4, byteCount: byteCount)
        let zeros = (target + byteCount).assumingMemoryBound(to: UInt64.self)
        var index = 0
        while index < (16 &- rest) &* width / 2 {
            zeros[index] = 0
            index &+= 1
        }
    }
}

/// Up to 32 rows of activations times up to 32 columns of a panel, over a piece of the depth.
@usableFromInline
struct PanelTiles {
    @usableFromInline var activations: UnsafeRawPointer
    @usableFromInline var rowStride: Int
    @usableFromInline var weights: UnsafeRawPointer
    /// The groups of the last step with zeros after them, where they fill no sixteen.
    @usableFromInline var rest: UnsafeRawPointer?
    @usableFromInline var groupStride: Int
    /// Sixteen groups each.
    @usableFromInline var steps: Int
    /// What will be read soon: `upcomingStep` bytes are prefetched with each step.
    @usableFromInline var upcoming: UnsafeRawPointer
    @usableFromInline var upcomingStep: Int
    @usableFromInline var sums: UnsafeMutableRawPointer
    @usableFromInline var isFirst: Bool

    @inlinable @inline(__always)
    init(
        activations: UnsafeRawPointer, rowStride: Int, weights: UnsafeRawPointer, rest: UnsafeRawPointer?,
        groupStride: Int, steps: Int, upcoming: UnsafeRawPointer, upcomingStep: Int, sums: UnsafeMutableRawPointer,
        isFirst: Bool
    ) {
        self.activations = activations
        self.rowStride = rowStride
        self.weights = weights
        self.rest = rest
        self.groupStride = groupStride
        self.steps = steps
        self.upcoming = upcoming
        self.upcomingStep = upcomingStep
        self.sums = sums
        self.isFirst = isFirst
    }

    @inlinable @inline(__always)
    func multiply<T: TileRegisters>(_ tiles: inout T, _ shape: TileShape) {
        if isFirst { tiles.clear(shape) } else { tiles.loadSums(sums, stride: groupStride, shape) }
        var x = activations
        var w = weights
        var next = upcoming
        var remaining = rest == nil ? steps : steps &- 1
        while remaining > 0 {
            var line = 0
            while line < upcomingStep {
                captioner_prefetch(next + line)
                line &+= 64
            }
            next += upcomingStep
            tiles.multiplyAdd(x, rowStride: rowStride, w, groupStride: groupStride, shape)
            x += 64
            w += 16 &* groupStride
            remaining &-= 1
        }
        if let rest { tiles.multiplyAdd(x, rowStride: rowStride, rest, groupStride: groupStride, shape) }
        tiles.storeSums(sums, stride: groupStride, shape)
    }
}
