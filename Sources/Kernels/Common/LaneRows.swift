/// Rows of x in the order in which `LaneBlock` reads them: for each of the sixteen lanes of a dot product the numbers that
/// belong to it, one after the other.
public struct LaneRows {
    /// The first row, `[rows, K]`.
    public var x: UnsafePointer<Float>
    public var rows: Int
    /// K, and the floats from row to row of x.
    public var depth: Int

    public init(x: UnsafePointer<Float>, rows: Int, depth: Int) {
        self.x = x
        self.rows = rows
        self.depth = depth
    }

    /// Numbers of a lane: K / 16, rounded up.
    @inlinable @inline(__always)
    public static func laneDepth(_ depth: Int) -> Int { (depth &+ 15) / 16 }

    /// Bytes from row to row of the result: a cache line more than its numbers, as `PanelFormat` has it.
    @inlinable @inline(__always)
    public static func rowStride(depth: Int) -> Int { PanelFormat.float32.rowStride(depth: laneDepth(depth) &* 16) }

    /// Writes `[rows, 16, laneDepth]`; where x has no number, zeros.
    @inlinable
    public func write(to target: UnsafeMutableRawPointer) {
        let laneBytes = Self.laneDepth(depth) &* 4
        var row = 0
        while row < rows {
            let source = UnsafeRawPointer(x + row &* depth)
            let place = target + row &* Self.rowStride(depth: depth)
            var k = 0
            while k < depth {
                // Sixteen numbers of each of four lanes, or fewer at the end.
                var lane = 0
                while lane < 16 {
                    turn(source, k: k &+ lane, to: place + lane &* laneBytes + k / 4, stride: laneBytes)
                    lane &+= 4
                }
                k &+= 64
            }
            row &+= 1
        }
    }

    /// Four numbers of each of four lanes: a square of four by four, transposed.
    @inlinable @inline(__always)
    func turn(_ source: UnsafeRawPointer, k: Int, to target: UnsafeMutableRawPointer, stride: Int) {
        if k &+ 52 <= depth {
            let square = Square(source + k &* 4, stride: 64)
            square.transposed.store(to: target, stride: stride)
            return
        }
        // Places of numbers past the end that lanes have are zeros.
        var step = 0
        while step < 4 && (k &+ step &* 16) / 16 < Self.laneDepth(depth) {
            var lane = 0
            while lane < 4 {
                let index = k &+ step &* 16 &+ lane
                let value = index < depth ? source.load(fromByteOffset: index &* 4, as: Float.self) : 0
                target.storeBytes(of: value, toByteOffset: lane &* stride &+ step &* 4, as: Float.self)
                lane &+= 1
            }
            step &+= 1
        }
    }
}

/// Four by four floats.
@usableFromInline
struct Square {
    @usableFromInline var a: SIMD4<Float>
    @usableFromInline var b: SIMD4<Float>
    @usableFromInline var c: SIMD4<Float>
    @usableFromInline var d: SIMD4<Float>

    @inlinable @inline(__always)
    init(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// Reads four rows, `stride` bytes apart.
    @inlinable @inline(__always)
    init(_ source: UnsafeRawPointer, stride: Int) {
        a = source.loadUnaligned(as: SIMD4<Float>.self)
        b = source.loadUnaligned(fromByteOffset: stride, as: SIMD4<Float>.self)
        c = source.loadUnaligned(fromByteOffset: 2 &* stride, as: SIMD4<Float>.self)
        d = source.loadUnaligned(fromByteOffset: 3 &* stride, as: SIMD4<Float>.self)
    }

    @inlinable @inline(__always)
    var transposed: Square {
        Square(
            SIMD4(a[0], b[0], c[0], d[0]), SIMD4(a[1], b[1], c[1], d[1]), SIMD4(a[2], b[2], c[2], d[2]),
            SIMD4(a[3], b[3], c[3], d[3]))
    }

    @inlinable @inline(__always)
    func store(to target: UnsafeMutableRawPointer, stride: Int) {
        target.storeBytes(of: a, as: SIMD4<Float>.self)
        target.storeBytes(of: b, toByteOffset: stride, as: SIMD4<Float>.self)
        target.storeBytes(of: c, toByteOffset: 2 &* stride, as: SIMD4<Float>.self)
        target.storeBytes(of: d, toByteOffset: 3 &* stride, as: SIMD4<Float>.self)
    }
}
