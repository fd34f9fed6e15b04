/// Up to 64 rows of a float32 weight in the order in which `LaneBlock` reads them: for each of the sixteen lanes of a dot
/// product a panel of the numbers that belong to it, `[16, laneDepth, columns]`. Where the weight has no number, zeros.
@usableFromInline
struct LanePanel {
    /// The first row of W, `[columns, K]`.
    @usableFromInline var weights: UnsafePointer<Float>
    @usableFromInline var columns: Int
    /// K, and the floats from row to row of W.
    @usableFromInline var depth: Int
    /// Where the panel is, `byteCount` bytes, on a cache line.
    @usableFromInline var memory: UnsafeMutableRawPointer

    @inlinable @inline(__always)
    init(weights: UnsafePointer<Float>, columns: Int, depth: Int, memory: UnsafeMutableRawPointer) {
        self.weights = weights
        self.columns = columns
        self.depth = depth
        self.memory = memory
    }

    /// Columns, padded.
    @inlinable @inline(__always)
    var width: Int { PanelFormat.paddedColumns(columns) }

    /// Bytes from lane to lane.
    @inlinable @inline(__always)
    var laneBytes: Int { Self.laneBytes(width: width, depth: depth) }

    /// A whole number of pages and four lines, so that the lines of sixteen lanes, which are written together, are in different
    /// sets of the first-level cache.
    @inlinable @inline(__always)
    static func laneBytes(width: Int, depth: Int) -> Int {
        (LaneRows.laneDepth(depth) &* width &* 4 &+ 4095) / 4096 &* 4096 &+ 256
    }

    /// Bytes of a panel of 64 columns.
    @inlinable @inline(__always)
    static func byteCount(depth: Int) -> Int { 16 &* laneBytes(width: 64, depth: depth) }

    /// Writes the panel.
    @inlinable @inline(__always)
    func pack<V: FloatVectors>(_: V.Type) {
        let (width, laneBytes) = (width, laneBytes)
        var column = 0
        while column < width {
            var k = 0
            var target = memory + column &* 4
            while k < depth {
                if k &+ 16 <= depth && column &+ V.laneCount <= columns {
                    let source = UnsafeRawPointer(weights + column &* depth + k)
                    var lane = 0
                    while lane < 16 {
                        V.transposeFourColumns(
                            source + lane &* 4, rowStride: depth &* 4, to: target + lane &* laneBytes,
                            stride: laneBytes)
                        lane &+= 4
                    }
                } else {
                    packRest(column: column, count: V.laneCount, k: k, to: target)
                }
                k &+= 16
                target += width &* 4
            }
            column &+= V.laneCount
        }
    }

    /// Sixteen numbers of some rows, at an edge of the weight.
    @inlinable @inline(never)
    func packRest(column: Int, count: Int, k: Int, to target: UnsafeMutableRawPointer) {
        var lane = 0
        while lane < 16 {
            var index = 0
            while index < count {
                let isThere = column &+ index < columns && k &+ lane < depth
                let value = isThere ? weights[(column &+ index) &* depth &+ k &+ lane] : 0
                target.storeBytes(of: value, toByteOffset: lane &* laneBytes &+ index &* 4, as: Float.self)
                index &+= 1
            }
            lane &+= 1
        }
    }
}
