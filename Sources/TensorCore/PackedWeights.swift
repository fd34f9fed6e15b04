import Dispatch
import MatrixKernels

/// The weight of a linear layer in panels, as `PanelFormat` describes them, never written after it was made.
public struct PackedWeights: Sendable {
    /// N and K, the lengths of output and input rows.
    public let columns: Int
    public let depth: Int
    /// bfloat16 or int8.
    public let precision: Precision
    private let memory: PackedMemory

    /// The panels: `byteCount` of them.
    package var panels: UnsafeRawPointer { memory.panels }
    /// The scale of each column, and the sum of its bytes, filled up with zeros to a multiple of 16; for int8 only.
    package var scales: UnsafePointer<Float>? { memory.scales }
    package var columnSums: UnsafePointer<Int32>? { memory.columnSums }

    package var byteCount: Int { precision.format.byteCount(columns: columns, depth: depth) }

    /// Weights in memory that somebody else keeps, such as a mapped file.
    ///
    /// - Parameters:
    ///   - panels: `byteCount` bytes, on a cache line for speed.
    ///   - scales: for int8, one for each column, filled up to a multiple of 16.
    ///   - columnSums: for int8, one for each column, filled up to a multiple of 16.
    ///   - owner: what keeps the memory.
    package init(
        columns: Int, depth: Int, precision: Precision, panels: UnsafeRawPointer, scales: UnsafePointer<Float>?,
        columnSums: UnsafePointer<Int32>?, owner: any Sendable & AnyObject
    ) {
        self.init(
            columns: columns, depth: depth, precision: precision,
            memory: PackedMemory(panels: panels, scales: scales, columnSums: columnSums, owner: owner))
    }

    private init(columns: Int, depth: Int, precision: Precision, memory: PackedMemory) {
        precondition(precision != .float32, "PackedWeights: float32 is not packed")
        self.columns = columns
        self.depth = depth
        self.precision = precision
        self.memory = memory
    }

    /// Rounds and packs a weight, a panel at a time, so that no more of it is float32 at once than 64 rows a thread.
    ///
    /// - Parameters:
    ///   - columns: N.
    ///   - depth: K.
    ///   - precision: bfloat16 or int8.
    ///   - readRows: writes some rows of the weight `[N, K]`; called for ranges of up to 64 rows, from any thread.
    /// - Throws: `TensorError.outOfMemory`; `.notFinite` for a weight that is infinite or no number.
    package init(
        columns: Int, depth: Int, precision: Precision,
        readRows: @Sendable (_ rows: Range<Int>, _ target: UnsafeMutablePointer<Float>) -> Void
    ) throws {
        let padded = PanelFormat.paddedColumns(columns)
        let format = precision.format
        let byteCount = format.byteCount(columns: columns, depth: depth)
        let table = precision == .int8 ? padded * MemoryLayout<Float>.stride : 0
        let shape = [columns, depth]
        let allocation = try ZeroedAllocation(byteCount: byteCount + 2 * table, shape: shape)
        let job = PackingJob(
            columns: columns, depth: depth, format: format, panels: allocation.base,
            scales: (allocation.base + byteCount).assumingMemoryBound(to: Float.self),
            columnSums: (allocation.base + byteCount + table).assumingMemoryBound(to: Int32.self))
        let notFinite = Locked(false)
        DispatchQueue.concurrentPerform(iterations: (columns + 63) / 64) { panel in
            let rows = (panel * 64)..<min(panel * 64 + 64, columns)
            let isFinite = withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * depth + 1) { buffer in
                guard let floats = buffer.baseAddress else { return true }
                readRows(rows, floats)
                return job.pack(floats, rows: rows)
            }
            if !isFinite { notFinite.withLock { $0 = true } }
        }
        if notFinite.withLock({ $0 }) { throw TensorError.notFinite }
        let isInt8 = precision == .int8
        self.init(
            columns: columns, depth: depth, precision: precision,
            memory: PackedMemory(
                panels: UnsafeRawPointer(allocation.base), scales: isInt8 ? UnsafePointer(job.scales) : nil,
                columnSums: isInt8 ? UnsafePointer(job.columnSums) : nil, owner: allocation))
    }
}

/// Keeps packed weights. Unchecked, because nobody writes to the memory once this exists.
private final class PackedMemory: @unchecked Sendable {
    let panels: UnsafeRawPointer
    let scales: UnsafePointer<Float>?
    let columnSums: UnsafePointer<Int32>?
    private let owner: AnyObject

    init(
        panels: UnsafeRawPointer, scales: UnsafePointer<Float>?, columnSums: UnsafePointer<Int32>?, owner: AnyObject
    ) {
        self.panels = panels
        self.scales = scales
        self.columnSums = columnSums
        self.owner = owner
    }
}

/// Where packing writes. Unchecked, because each panel is written by one thread.
private struct PackingJob: @unchecked Sendable {
    let columns: Int
    let depth: Int
    let format: PanelFormat
    let panels: UnsafeMutableRawPointer
    let scales: UnsafeMutablePointer<Float>
    let columnSums: UnsafeMutablePointer<Int32>

    /// Packs the rows of one panel, `[rows, depth]`.
    /// - Returns: whether all of them are finite.
    func pack(_ floats: UnsafePointer<Float>, rows: Range<Int>) -> Bool {
        var isFinite = true
        for row in rows {
            let values = UnsafeBufferPointer(start: floats + (row - rows.lowerBound) * depth, count: depth)
            let isGood = format == .int8 ? packBytes(values, column: row) : packHalves(values, column: row)
            isFinite = isFinite && isGood
        }
        return isFinite
    }

    private func place(_ column: Int) -> (target: UnsafeMutableRawPointer, stride: Int) {
        let first = column / 64 * 64
        let width = min(64, PanelFormat.paddedColumns(columns) - first)
        return (panels + format.offset(column: column, k: 0, columns: columns, depth: depth), width * 4)
    }

    private func packHalves(_ values: UnsafeBufferPointer<Float>, column: Int) -> Bool {
        let (target, stride) = place(column)
        var isFinite = true
        for k in 0..<depth {
            let bits = BFloat16.bits(values[k])
            // All ones in the exponent: infinite, by rounding too, or no number.
            if bits & 0x7F80 == 0x7F80 { isFinite = false }
            target.storeBytes(of: bits, toByteOffset: k / 2 * stride + k % 2 * 2, as: UInt16.self)
        }
        return isFinite
    }

    private func packBytes(_ values: UnsafeBufferPointer<Float>, column: Int) -> Bool {
        let (target, stride) = place(column)
        var (largest, probe): (Float, Float) = (0, 0)
        for value in values {
            largest = max(largest, abs(value))
            probe += value * 0
        }
        guard probe == 0 else { return false }
        let scale = largest / 127
        // One over a scale that is below the normal numbers could be infinite, and infinity times zero is no byte.
        let inverse = scale >= .leastNormalMagnitude ? 1 / scale : 0
        var sum: Int32 = 0
        for k in 0..<depth {
            // The quotient may round to a little above 127.
            let byte = Int8(min(max(values[k] * inverse, -127), 127).rounded(.toNearestOrEven))
            sum &+= Int32(byte)
            target.storeBytes(of: byte, toByteOffset: k / 4 * stride + k % 4, as: Int8.self)
        }
        scales[column] = scale
        columnSums[column] = sum
        return true
    }
}
