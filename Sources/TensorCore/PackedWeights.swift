import CaptionerKernels
import Dispatch

/// The weight of a linear layer in panels, as `PanelFormat` describes them, never written after it was made.
package struct PackedWeights: Sendable {
    /// N and K, the lengths of output and input rows.
    package let columns: Int
    package let depth: Int
    /// bfloat16 or int8.
    package let precision: Precision
    private let memory: PackedMemory

    /// The panels: `byteCount` of them.
    package var panels: UnsafeRawPointer { memory.panels }
    /// The scale of each column, and the sum of its bytes, padded with zeros to a multiple of 16; for int8 only.
    package var scales: UnsafePointer<Float>? { memory.scales }
    package var columnSums: UnsafePointer<Int32>? { memory.columnSums }

    /// The panels' size in numbers: columns padded to a multiple of 16, the depth to whole groups of four bytes.
    package static func storedSize(columns: Int, depth: Int, precision: Precision) -> (columns: Int, depth: Int) {
        let format = precision.format
        return (PanelFormat.paddedColumns(columns), format.groups(depth: depth) * format.groupDepth)
    }

    package var byteCount: Int { precision.format.byteCount(columns: columns, depth: depth) }

    /// Calls `body` with the panels, and for int8 with the scales and the sums after them.
    package func withStoredBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(start: panels, count: byteCount))
            let table = PanelFormat.paddedColumns(columns) * MemoryLayout<Float>.stride
            if let scales { try body(UnsafeRawBufferPointer(start: scales, count: table)) }
            if let columnSums { try body(UnsafeRawBufferPointer(start: columnSums, count: table)) }
        }
    }

    /// Weights in memory that another object keeps, such as a mapped file.
    ///
    /// - Parameters:
    ///   - panels: `byteCount` bytes, on a cache line for speed.
    ///   - scales: for int8, one for each column, padded to a multiple of 16.
    ///   - columnSums: for int8, one for each column, padded to a multiple of 16.
    ///   - owner: the object that keeps the memory.
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

    /// Panels of zeros that take no physical memory, for a model that is built without its weights.
    /// - Throws: `TensorError.outOfMemory`.
    package static func zeros(columns: Int, depth: Int, precision: Precision) throws -> PackedWeights {
        // Sizes may be those of a configuration that no file was compared with.
        let (count, overflow) = columns.multipliedReportingOverflow(by: depth)
        guard !overflow, count < 1 << 48 else {
            throw TensorError.outOfMemory(shape: [columns, depth])
        }
        let byteCount = precision.format.byteCount(columns: columns, depth: depth)
        let table = precision == .int8 ? PanelFormat.paddedColumns(columns) * MemoryLayout<Float>.stride : 0
        let allocation = try ZeroedAllocation(byteCount: byteCount + 2 * table, shape: [columns, depth])
        let scales = UnsafeRawPointer(allocation.base + byteCount).assumingMemoryBound(to: Float.self)
        let sums = UnsafeRawPointer(allocation.base + byteCount + table).assumingMemoryBound(to: Int32.self)
        return PackedWeights(
            columns: columns, depth: depth, precision: precision, panels: UnsafeRawPointer(allocation.base),
            scales: precision == .int8 ? scales : nil, columnSums: precision == .int8 ? sums : nil, owner: allocation)
    }

    /// Quantizes and packs a weight, a few rows at a time, so that only these are float32 at once.
    ///
    /// - Parameters:
    ///   - columns: N.
    ///   - depth: K.
    ///   - precision: bfloat16 or int8.
    ///   - readRows: writes some rows of the weight `[N, K]`; called for ranges of a few rows, from any thread.
    /// - Throws: `TensorError.outOfMemory`; `.notFinite` for a weight that is not finite; `CancellationError` when the task
    ///   was cancelled.
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
        let rowsAtOnce = 8
        let panelCount = (columns + 63) / 64
        // Only this thread knows the task that may be cancelled, so the panels are packed in groups of some ten milliseconds.
        let panelsAtOnce = max((1 << 24) / (64 * max(depth, 1)), 1)
        for first in stride(from: 0, to: panelCount, by: panelsAtOnce) {
            try Task.checkCancellation()
            DispatchQueue.concurrentPerform(iterations: min(panelsAtOnce, panelCount - first)) { index in
                let panel = first + index
                let isFinite = withUnsafeTemporaryAllocation(of: Float.self, capacity: rowsAtOnce * depth + 1) {
                    buffer in
                    guard let floats = buffer.baseAddress else { return true }
                    var isFinite = true
                    let end = min(panel * 64 + 64, columns)
                    for first in stride(from: panel * 64, to: end, by: rowsAtOnce) {
                        let rows = first..<min(first + rowsAtOnce, end)
                        readRows(rows, floats)
                        let isGood = job.pack(floats, rows: rows)
                        isFinite = isFinite && isGood
                    }
                    return isFinite
                }
                if !isFinite { notFinite.withLock { $0 = true } }
            }
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

/// The memory of packed weights. Unchecked, because the memory is never written once this exists.
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

/// The memory that packing writes. Unchecked, because each panel is written by one thread.
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
        var exponents: UInt16 = 0
        for k in 0..<depth {
            let bits = BFloat16.bits(values[k])
            // All ones in the exponent: NaN, or infinite, if only by rounding.
            exponents |= bits & 0x7F80 == 0x7F80 ? 1 : 0
            target.storeBytes(of: bits, toByteOffset: k / 2 * stride + k % 2 * 2, as: UInt16.self)
        }
        return exponents == 0
    }

    private func packBytes(_ values: UnsafeBufferPointer<Float>, column: Int) -> Bool {
        guard let largest = largestMagnitude(values) else { return false }
        let (target, stride) = place(column)
        let scale = largest / 127
        // One over a scale that is below the normal numbers could be infinite, and infinity times zero is no byte.
        let inverse = scale >= .leastNormalMagnitude ? 1 / scale : 0
        var sums = SIMD4<Int32>()
        for group in 0..<format.groups(depth: depth) {
            var four = SIMD4<Float>()
            let rest = depth - 4 * group
            if rest >= 4, let base = values.baseAddress {
                four = UnsafeRawPointer(base + 4 * group).loadUnaligned(as: SIMD4<Float>.self)
            } else {
                for lane in 0..<rest { four[lane] = values[4 * group + lane] }
            }
            // The quotient may round to a little above 127.
            let limit = SIMD4<Float>(repeating: 127)
            let scaled = pointwiseMin(pointwiseMax(four * inverse, -limit), limit)
            // Adding 1.5 · 2²³ rounds to the nearest integer, ties to even, and leaves it in the low bits.
            let rounded = unsafeBitCast(scaled + 12_582_912, to: SIMD4<Int32>.self) &- 0x4B40_0000
            sums &+= rounded
            let bytes = unsafeBitCast(rounded, to: SIMD4<UInt32>.self) & 0xFF
            let word = bytes.x | bytes.y << 8 | bytes.z << 16 | bytes.w << 24
            target.storeBytes(of: word.littleEndian, toByteOffset: group * stride, as: UInt32.self)
        }
        scales[column] = scale
        columnSums[column] = sums.wrappedSum()
        return true
    }

    /// The largest magnitude, or nil where a number is not finite.
    private func largestMagnitude(_ values: UnsafeBufferPointer<Float>) -> Float? {
        // Magnitudes are ordered as their bits are, with infinity and what is no number at the end.
        var largests = SIMD8<UInt32>()
        let whole = values.count & ~7
        if let base = values.baseAddress {
            for index in stride(from: 0, to: whole, by: 8) {
                let bits = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<UInt32>.self) & 0x7FFF_FFFF
                largests.replace(with: bits, where: bits .> largests)
            }
        }
        var largest = largests.max()
        for index in whole..<values.count { largest = max(largest, values[index].magnitude.bitPattern) }
        return largest < Float.infinity.bitPattern ? Float(bitPattern: largest) : nil
    }
}
