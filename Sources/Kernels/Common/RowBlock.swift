/// Rows of floats that become the input of a linear layer: normalised or multiplied by gates, where there are any, then
/// quantized or rounded to the format of its weights.
public struct RowBlock {
    /// A layer norm, (x - mean)/√(variance + ε) · weight + bias, or without a bias a root mean square norm,
    /// x/√(mean of squares + ε) · (offset + weight).
    public struct Normalization {
        public var weight: UnsafePointer<Float>
        public var bias: UnsafePointer<Float>?
        public var weightOffset: Float
        public var epsilon: Float

        public init(weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float) {
            self.weight = weight
            self.bias = bias
            self.epsilon = epsilon
            weightOffset = 0
        }

        public init(weight: UnsafePointer<Float>, offset: Float, epsilon: Float) {
            self.weight = weight
            self.epsilon = epsilon
            bias = nil
            weightOffset = offset
        }
    }

    /// The first row, and floats from row to row.
    public var source: UnsafePointer<Float>
    public var sourceStride: Int
    public var rows: Int
    public var columns: Int
    public var normalization: Normalization?
    /// Factors for the numbers of the source, in the same layout; in place of a norm.
    public var gates: UnsafePointer<Float>?
    public var format: PanelFormat
    /// Where the first row goes, and bytes from row to row. In float32 it may be the source.
    public var target: UnsafeMutableRawPointer
    public var targetStride: Int
    /// Where the scale and the zero point of each row go; for int8 only.
    public var quantizations: UnsafeMutablePointer<RowQuantization>?

    public init(
        source: UnsafePointer<Float>, sourceStride: Int, rows: Int, columns: Int, normalization: Normalization? = nil,
        gates: UnsafePointer<Float>? = nil, format: PanelFormat, target: UnsafeMutableRawPointer, targetStride: Int,
        quantizations: UnsafeMutablePointer<RowQuantization>? = nil
    ) {
        self.source = source
        self.sourceStride = sourceStride
        self.rows = rows
        self.columns = columns
        self.normalization = normalization
        self.gates = gates
        self.format = format
        self.target = target
        self.targetStride = targetStride
        self.quantizations = quantizations
    }

    /// Scratch memory for `transform`, in bytes.
    public static func scratchBytes(columns: Int) -> Int { columns &* 4 }
}

extension RowBlock {
    /// Transforms the rows. A row's result depends on that row alone.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func transform<V: FloatVectors>(_: V.Type, scratch: UnsafeMutableRawPointer) {
        var row = 0
        while row < rows {
            var floats = source + row &* sourceStride
            let place = target + row &* targetStride
            let result =
                format == .float32
                ? place.assumingMemoryBound(to: Float.self) : scratch.assumingMemoryBound(to: Float.self)
            if let normalization {
                Self.normalize(V.self, floats, by: normalization, into: result, count: columns)
                floats = UnsafePointer(result)
            } else if let gates {
                Self.multiply(V.self, floats, gates + row &* sourceStride, into: result, count: columns)
                floats = UnsafePointer(result)
            }
            switch format {
            case .float32:
                if normalization == nil && gates == nil {
                    place.assumingMemoryBound(to: Float.self).update(from: floats, count: columns)
                }
            case .bfloat16: Self.convert(V.self, floats, into: place, count: columns)
            case .int8:
                if let quantizations { quantizations[row] = Self.quantize(V.self, floats, into: place, count: columns) }
            }
            row &+= 1
        }
    }

    /// Mean first, then the variance around it: the one-pass form loses digits where the mean is large.
    @inlinable @inline(__always)
    static func normalize<V: FloatVectors>(
        _: V.Type, _ source: UnsafePointer<Float>, by norm: Normalization, into target: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let lanes = V.laneCount
        guard let bias = norm.bias else {
            let meanSquare = sum(V.self, source, count: count, minus: 0, squared: true) / Float(count)
            let (factor, offset) = (1 / (meanSquare + norm.epsilon).squareRoot(), V.broadcast(norm.weightOffset))
            var index = 0
            while index < count {
                let rest = count &- index
                let scaled = V.multiply(V.load(source + index, count: rest), V.broadcast(factor))
                let weight = V.add(V.load(norm.weight + index, count: rest), offset)
                V.store(V.multiply(scaled, weight), to: target + index, count: rest)
                index &+= lanes
            }
            return
        }
        let mean = sum(V.self, source, count: count, minus: 0, squared: false) / Float(count)
        let variance = sum(V.self, source, count: count, minus: mean, squared: true) / Float(count)
        let factor = 1 / (variance + norm.epsilon).squareRoot()
        var index = 0
        while index < count {
            let rest = count &- index
            let centred = V.subtract(V.load(source + index, count: rest), V.broadcast(mean))
            let scaled = V.multiply(centred, V.broadcast(factor))
            let result = V.multiplyAdd(
                scaled, V.load(norm.weight + index, count: rest), V.load(bias + index, count: rest))
            V.store(result, to: target + index, count: rest)
            index &+= lanes
        }
    }

    @inlinable @inline(__always)
    static func multiply<V: FloatVectors>(
        _: V.Type, _ source: UnsafePointer<Float>, _ factors: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var index = 0
        while index < count {
            let rest = count &- index
            V.store(
                V.multiply(V.load(source + index, count: rest), V.load(factors + index, count: rest)),
                to: target + index, count: rest)
            index &+= V.laneCount
        }
    }

    /// Σ (x - minus), or of its squares: four vectors of partial sums, those in order, then their lanes, then the floats
    /// that fill no vector.
    @inlinable @inline(__always)
    static func sum<V: FloatVectors>(
        _: V.Type, _ source: UnsafePointer<Float>, count: Int, minus: Float, squared: Bool
    ) -> Float {
        let lanes = V.laneCount
        var sums = InlineArray<4, V.Vector>(repeating: V.zero)
        let whole = count / lanes
        var vector = 0
        // Four at a time, so that sums are known by constants, and stay in registers.
        while vector &+ 4 <= whole {
            var index = 0
            while index < 4 {
                sums[unchecked: index] = added(
                    V.self, source + (vector &+ index) &* lanes, minus: minus, squared: squared,
                    to: sums[unchecked: index])
                index &+= 1
            }
            vector &+= 4
        }
        var index = 0
        while index < 3 {
            if vector &+ index < whole {
                sums[unchecked: index] = added(
                    V.self, source + (vector &+ index) &* lanes, minus: minus, squared: squared,
                    to: sums[unchecked: index])
            }
            index &+= 1
        }
        var total = V.sum(
            V.add(V.add(sums[unchecked: 0], sums[unchecked: 1]), V.add(sums[unchecked: 2], sums[unchecked: 3])))
        index = whole &* lanes
        while index < count {
            let difference = source[index] - minus
            total += squared ? difference * difference : difference
            index &+= 1
        }
        return total
    }

    @inlinable @inline(__always)
    static func added<V: FloatVectors>(
        _: V.Type, _ source: UnsafePointer<Float>, minus: Float, squared: Bool, to sum: V.Vector
    ) -> V.Vector {
        let difference = V.subtract(V.load(source), V.broadcast(minus))
        return squared ? V.multiplyAdd(difference, difference, sum) : V.add(sum, difference)
    }

    @inlinable @inline(__always)
    static func convert<V: FloatVectors>(
        _: V.Type, _ source: UnsafePointer<Float>, into target: UnsafeMutableRawPointer, count: Int
    ) {
        let numbers = target.assumingMemoryBound(to: UInt16.self)
        var index = 0
        while index < count {
            V.storeBFloat16(V.load(source + index, count: count &- index), to: numbers + index, count: count &- index)
            index &+= V.laneCount
        }
        if count & 1 == 1 { numbers[count] = 0 }
    }
}
