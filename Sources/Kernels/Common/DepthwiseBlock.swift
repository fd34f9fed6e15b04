/// A row of a depthwise convolution: each channel of each pixel from the pixels around it, by weights of that channel
/// alone. Pixels outside of the image are zeros.
public struct DepthwiseBlock {
    /// The image, `[height, width, channels]`.
    public var source: UnsafePointer<Float>
    public var height: Int
    public var width: Int
    public var channels: Int
    /// `[size, size, channels]`, size being odd.
    public var weights: UnsafePointer<Float>
    public var size: Int
    /// `[channels]`
    public var bias: UnsafePointer<Float>
    /// The row that is computed, and where it goes: `[width, channels]`.
    public var row: Int
    public var target: UnsafeMutablePointer<Float>

    public init(
        source: UnsafePointer<Float>, height: Int, width: Int, channels: Int, weights: UnsafePointer<Float>, size: Int,
        bias: UnsafePointer<Float>, row: Int, target: UnsafeMutablePointer<Float>
    ) {
        self.source = source
        self.height = height
        self.width = width
        self.channels = channels
        self.weights = weights
        self.size = size
        self.bias = bias
        self.row = row
        self.target = target
    }
}

extension DepthwiseBlock {
    /// Pixels that are computed together, so that a weight is loaded once for all.
    @usableFromInline static var pixels: Int { 4 }

    /// Computes the row. The sum of a pixel's channel begins with the bias and continues row by row, whatever pixels are around.
    @inlinable @inline(__always)
    public func convolve<V: FloatVectors>(_: V.Type) {
        let radius = size / 2
        var channel = 0
        while channel < channels {
            let rest = channels &- channel
            var column = 0
            while column < width {
                // All rows of weights reach into the image for the pixels in its middle, which go four at a time.
                if column >= radius, column &+ Self.pixels &+ radius <= width, rest >= V.laneCount {
                    convolveFour(V.self, column: column, channel: channel)
                    column &+= Self.pixels
                } else {
                    convolveOne(V.self, column: column, channel: channel, count: rest)
                    column &+= 1
                }
            }
            channel &+= V.laneCount
        }
    }

    /// The rows of weights that meet the image.
    @inlinable @inline(__always)
    var weightRows: (first: Int, end: Int) {
        let radius = size / 2
        return (row < radius ? radius &- row : 0, row &+ radius >= height ? height &+ radius &- row : size)
    }

    @inlinable @inline(__always)
    func convolveFour<V: FloatVectors>(_: V.Type, column: Int, channel: Int) {
        let radius = size / 2
        let rows = weightRows
        let start = V.load(bias + channel)
        var (a, b, c, d) = (start, start, start, start)
        var y = rows.first
        while y < rows.end {
            var place = source + (((row &+ y &- radius) &* width &+ column &- radius) &* channels &+ channel)
            var weight = weights + (y &* size &* channels &+ channel)
            var x = 0
            while x < size {
                let factor = V.load(weight)
                a = V.multiplyAdd(V.load(place), factor, a)
                b = V.multiplyAdd(V.load(place + channels), factor, b)
                c = V.multiplyAdd(V.load(place + 2 &* channels), factor, c)
                d = V.multiplyAdd(V.load(place + 3 &* channels), factor, d)
                place += channels
                weight += channels
                x &+= 1
            }
            y &+= 1
        }
        let result = target + (column &* channels &+ channel)
        V.store(a, to: result)
        V.store(b, to: result + channels)
        V.store(c, to: result + 2 &* channels)
        V.store(d, to: result + 3 &* channels)
    }

    @inlinable @inline(__always)
    func convolveOne<V: FloatVectors>(_: V.Type, column: Int, channel: Int, count: Int) {
        let radius = size / 2
        let rows = weightRows
        let first = column < radius ? radius &- column : 0
        let end = column &+ radius >= width ? width &+ radius &- column : size
        var sum = V.load(bias + channel, count: count)
        var y = rows.first
        while y < rows.end {
            let line = source + ((row &+ y &- radius) &* width &* channels &+ channel)
            var x = first
            while x < end {
                sum = V.multiplyAdd(
                    V.load(line + (column &+ x &- radius) &* channels, count: count),
                    V.load(weights + ((y &* size &+ x) &* channels &+ channel), count: count), sum)
                x &+= 1
            }
            y &+= 1
        }
        V.store(sum, to: target + (column &* channels &+ channel), count: count)
    }
}
