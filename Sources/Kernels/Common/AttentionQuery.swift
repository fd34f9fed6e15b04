/// Decode attention: one query over the KV cache of its sequence, for one head.
///
/// With as few keys as a caption has, reading them in place costs less than packing them into panels.
public struct AttentionQuery {
    /// Positions that are contiguous in memory.
    public struct Piece {
        /// The head's columns of the first position's key and value.
        public var keys: UnsafePointer<Float>
        public var values: UnsafePointer<Float>
        public var count: Int

        public init(keys: UnsafePointer<Float>, values: UnsafePointer<Float>, count: Int) {
            self.keys = keys
            self.values = values
            self.count = count
        }
    }

    /// `[headSize]`.
    public var query: UnsafePointer<Float>
    public var headSize: Int
    public var scale: Float
    /// Where it is above 0, a score s is cap · tanh(s / cap) (Gemma Team, Gemma 2, arXiv 2408.00118).
    public var scoreCap: Float
    /// All that the query sees, at least one position; the earlier piece may be empty.
    public var pieces: (Piece, Piece)
    /// Floats from position to position.
    public var stride: Int
    /// `[headSize]`.
    public var target: UnsafeMutablePointer<Float>

    public init(
        query: UnsafePointer<Float>, headSize: Int, scale: Float, scoreCap: Float = 0, pieces: (Piece, Piece),
        stride: Int, target: UnsafeMutablePointer<Float>
    ) {
        self.query = query
        self.headSize = headSize
        self.scale = scale
        self.scoreCap = scoreCap
        self.pieces = pieces
        self.stride = stride
        self.target = target
    }

    /// Scratch memory for `attend`, in bytes.
    public var scratchBytes: Int { (pieces.0.count &+ pieces.1.count) &* 4 }
}

extension AttentionQuery {
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func attend<V: FloatVectors>(_: V.Type, scratch: UnsafeMutableRawPointer) {
        let scores = scratch.assumingMemoryBound(to: Float.self)
        let count = pieces.0.count &+ pieces.1.count
        score(V.self, pieces.0, into: scores)
        score(V.self, pieces.1, into: scores + pieces.0.count)
        let scale = limit(V.self, scores, count: count, scale: scale, cap: scoreCap)
        let total = exponentials(V.self, scores, count: count, scale: scale)
        let inverse = V.broadcast(1 / total)
        var column = 0
        // Each vector of results is a chain of additions: four of them at a time, so that none waits for its own.
        while column &+ 4 &* V.laneCount <= headSize {
            var sums = (V.zero, V.zero, V.zero, V.zero)
            addFour(V.self, pieces.0, scores, column: column, to: &sums)
            addFour(V.self, pieces.1, scores + pieces.0.count, column: column, to: &sums)
            V.store(V.multiply(sums.0, inverse), to: target + column)
            V.store(V.multiply(sums.1, inverse), to: target + column + V.laneCount)
            V.store(V.multiply(sums.2, inverse), to: target + column + 2 &* V.laneCount)
            V.store(V.multiply(sums.3, inverse), to: target + column + 3 &* V.laneCount)
            column &+= 4 &* V.laneCount
        }
        while column < headSize {
            let width = headSize &- column
            var sum = V.zero
            add(V.self, pieces.0, scores, column: column, width: width, to: &sum)
            add(V.self, pieces.1, scores + pieces.0.count, column: column, width: width, to: &sum)
            V.store(V.multiply(sum, inverse), to: target + column, count: width)
            column &+= V.laneCount
        }
    }

    @inlinable @inline(__always)
    func score<V: FloatVectors>(_: V.Type, _ piece: Piece, into scores: UnsafeMutablePointer<Float>) {
        var position = 0
        while position < piece.count {
            let key = piece.keys + position &* stride
            var sum = V.zero
            var column = 0
            while column < headSize {
                let width = headSize &- column
                sum = V.multiplyAdd(V.load(query + column, count: width), V.load(key + column, count: width), sum)
                column &+= V.laneCount
            }
            scores[position] = V.sum(sum)
            position &+= 1
        }
    }

    @inlinable @inline(__always)
    func add<V: FloatVectors>(
        _: V.Type, _ piece: Piece, _ weights: UnsafePointer<Float>, column: Int, width: Int, to sum: inout V.Vector
    ) {
        var position = 0
        while position < piece.count {
            let value = V.load(piece.values + position &* stride + column, count: width)
            sum = V.multiplyAdd(V.broadcast(weights[position]), value, sum)
            position &+= 1
        }
    }

    @inlinable @inline(__always)
    func addFour<V: FloatVectors>(
        _: V.Type, _ piece: Piece, _ weights: UnsafePointer<Float>, column: Int,
        to sums: inout (V.Vector, V.Vector, V.Vector, V.Vector)
    ) {
        var position = 0
        var value = piece.values + column
        while position < piece.count {
            let weight = V.broadcast(weights[position])
            sums.0 = V.multiplyAdd(weight, V.load(value), sums.0)
            sums.1 = V.multiplyAdd(weight, V.load(value + V.laneCount), sums.1)
            sums.2 = V.multiplyAdd(weight, V.load(value + 2 &* V.laneCount), sums.2)
            sums.3 = V.multiplyAdd(weight, V.load(value + 3 &* V.laneCount), sums.3)
            value += stride
            position &+= 1
        }
    }
}
