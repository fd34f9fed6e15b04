/// One head of scaled dot-product attention over one sequence: softmax(scale · Q Kᵀ) V (Vaswani et al., arXiv 1706.03762).
/// Every query sees every key or, if it is causal, those up to its own position. Both products are panel products, in
/// float32 or bfloat16; the softmax between is float32.
public struct AttentionHead {
    /// The format of queries, keys and values: float32 or bfloat16.
    public var format: PanelFormat
    /// The head's columns in the first row, and bytes from row to row.
    public var queries: UnsafeRawPointer
    public var queryStride: Int
    public var queryCount: Int
    public var keys: UnsafeRawPointer
    public var keyStride: Int
    public var values: UnsafeRawPointer
    public var valueStride: Int
    public var keyCount: Int
    public var headSize: Int
    public var scale: Float
    /// Where it is above 0, a score s is cap · tanh(s / cap).
    public var scoreCap: Float
    /// Whether a query sees no key after its own position; the last query is at the last key's.
    public var isCausal: Bool
    /// Keys and values as `pack` leaves them, where they are used again; nil to pack them.
    public var panels: UnsafeRawPointer?
    /// The head's columns in the first row of the result, and floats from row to row.
    public var target: UnsafeMutablePointer<Float>
    public var targetStride: Int

    public init(
        format: PanelFormat, queries: UnsafeRawPointer, queryStride: Int, queryCount: Int, keys: UnsafeRawPointer,
        keyStride: Int, values: UnsafeRawPointer, valueStride: Int, keyCount: Int, headSize: Int, scale: Float,
        scoreCap: Float = 0, isCausal: Bool = false, panels: UnsafeRawPointer? = nil,
        target: UnsafeMutablePointer<Float>,
        targetStride: Int
    ) {
        self.format = format
        self.queries = queries
        self.queryStride = queryStride
        self.queryCount = queryCount
        self.keys = keys
        self.keyStride = keyStride
        self.values = values
        self.valueStride = valueStride
        self.keyCount = keyCount
        self.headSize = headSize
        self.scale = scale
        self.scoreCap = scoreCap
        self.isCausal = isCausal
        self.panels = panels
        self.target = target
        self.targetStride = targetStride
    }

    /// How many keys a query sees.
    @inlinable
    func visibleKeys(row: Int) -> Int {
        isCausal ? min(max(keyCount &- queryCount &+ row &+ 1, 0), keyCount) : keyCount
    }

    /// Queries that are processed together: their scores stay in the first-level cache.
    @inlinable static var rowLimit: Int { 24 }

    /// The offsets of the parts of the scratch memory, in bytes, and its size.
    @inlinable
    var layout: (values: Int, scores: Int, weights: Int, sums: Int, end: Int) {
        let values = round(format.byteCount(columns: keyCount, depth: headSize))
        let scores = values &+ round(format.byteCount(columns: headSize, depth: keyCount))
        let weights = scores &+ round(Self.rowLimit &* scoreStride &* 4)
        let sums = weights &+ round(Self.rowLimit &* format.rowStride(depth: keyCount))
        return (values, scores, weights, sums, sums &+ PanelBlock.scratchBytes(rows: Self.rowLimit))
    }

    @inlinable func round(_ bytes: Int) -> Int { (bytes &+ 63) / 64 &* 64 }

    /// Floats from row to row of the scores.
    @inlinable var scoreStride: Int { PanelFormat.paddedColumns(keyCount) &+ 16 }

    /// Scratch memory for `attend`, in bytes.
    public var scratchBytes: Int {
        panels == nil ? max(layout.end, isForTiles ? tileLayout.end : 0) : layout.end &- layout.scores
    }

    /// Memory for `panels`, in bytes.
    public var panelBytes: Int { layout.scores }

    /// Packs keys and values.
    /// - Parameter panels: `panelBytes`, on a cache line.
    @inlinable
    public func pack(into panels: UnsafeMutableRawPointer) {
        packKeys(into: panels)
        packValues(into: panels + layout.values)
    }
}

extension AttentionHead {
    /// Computes the head.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func attend<A: PanelArithmetic>(_: A.Type, scratch: UnsafeMutableRawPointer) {
        let layout = layout
        if panels == nil { pack(into: scratch) }
        let panels = panels ?? UnsafeRawPointer(scratch)
        // Where panels are packed already, scratch memory begins after them.
        let start = self.panels == nil ? 0 : layout.scores
        let scores = (scratch + (layout.scores &- start)).assumingMemoryBound(to: Float.self)
        let (weights, sums) = (scratch + (layout.weights &- start), scratch + (layout.sums &- start))
        var row = 0
        while row < queryCount {
            let rows = min(Self.rowLimit, queryCount &- row)
            PanelBlock(
                format: format, activations: queries + row &* queryStride, rowStride: queryStride, rows: rows,
                panels: panels, columns: keyCount, depth: headSize,
                range: 0..<min((visibleKeys(row: row &+ rows &- 1) &+ 63) / 64 &* 64, keyCount),
                target: .float32(scores),
                targetStride: scoreStride
            ).multiply(A.self, scratch: sums)
            // With bfloat16 weights the results are divided by the sums, since there are fewer results than weights.
            var inverses = InlineArray<24, Float>(repeating: 1)
            var index = 0
            while index < rows {
                inverses[unchecked: index] = softmax(
                    A.Vectors.self, scores + index &* scoreStride, count: visibleKeys(row: row &+ index),
                    into: weights + index &* format.rowStride(depth: keyCount))
                index &+= 1
            }
            PanelBlock(
                format: format, activations: UnsafeRawPointer(weights), rowStride: format.rowStride(depth: keyCount),
                rows: rows, panels: panels + layout.values, columns: headSize, depth: keyCount,
                target: .float32(target + row &* targetStride), targetStride: targetStride
            ).multiply(A.self, scratch: sums)
            if format == .bfloat16 {
                index = 0
                while index < rows {
                    let place = target + (row &+ index) &* targetStride
                    scaleRow(A.Vectors.self, place, by: inverses[unchecked: index], into: place)
                    index &+= 1
                }
            }
            row &+= rows
        }
    }

    /// Writes weights of `count` keys, and zeros for the others: in float32 e^(scale · (x - max)) over their sum, in bfloat16
    /// without that division.
    /// - Parameter scores: they are overwritten.
    /// - Returns: one over the sum, by which results of bfloat16 weights are multiplied.
    @inlinable @inline(__always)
    func softmax<V: FloatVectors>(
        _: V.Type, _ scores: UnsafeMutablePointer<Float>, count: Int, into target: UnsafeMutableRawPointer
    ) -> Float {
        let scale = limit(V.self, scores, count: count, scale: scale, cap: scoreCap)
        if format == .bfloat16 {
            let weights = target.assumingMemoryBound(to: UInt16.self)
            let total = exponentials(V.self, scores, count: count, scale: scale, into: weights)
            var index = count
            while index < keyCount &+ (keyCount & 1) {
                weights[index] = 0
                index &+= 1
            }
            return 1 / total
        }
        let inverse = 1 / exponentials(V.self, scores, count: count, scale: scale)
        let weights = target.assumingMemoryBound(to: Float.self)
        var index = 0
        while index < count {
            let rest = count &- index
            let weight = V.multiply(V.load(scores + index, count: rest), V.broadcast(inverse))
            V.store(weight, to: weights + index, count: rest)
            index &+= V.laneCount
        }
        index = count
        while index < keyCount {
            weights[index] = 0
            index &+= 1
        }
        return 1
    }

    @inlinable @inline(__always)
    func scaleRow<V: FloatVectors>(
        _: V.Type, _ row: UnsafeMutablePointer<Float>, by factor: Float, into target: UnsafeMutablePointer<Float>
    ) {
        var index = 0
        while index < headSize {
            let rest = headSize &- index
            V.store(
                V.multiply(V.load(row + index, count: rest), V.broadcast(factor)), to: target + index, count: rest)
            index &+= V.laneCount
        }
    }
}
