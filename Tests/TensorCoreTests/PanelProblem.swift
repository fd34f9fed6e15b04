import CaptionerKernels
import CaptionerTensorCore

/// A panel product with random numbers, packed as `PanelFormat.offset` says, to be computed in several ways.
struct PanelProblem {
    enum Goal: CaseIterable {
        case float32
        case accumulate
        case bfloat16
    }

    let format: PanelFormat
    let rows: Int
    let depth: Int
    let columns: Int
    var activation = PanelBlock.Activation.identity
    var goal = Goal.float32
    var hasBias = true
    var range: Range<Int>?
    private let activations: KernelMemory
    private let quantizations: [RowQuantization]
    private let panels: KernelMemory
    private let scales: [Float]
    private let columnSums: [Int32]
    private let bias: [Float]
    /// Numbers from row to row of the result: some that must not be written lie between.
    var stride: Int { columns + 3 }

    /// - Parameters:
    ///   - x: activation of a row at k: a number, or for int8 a byte.
    ///   - weight: of a column at k: a number, or for int8 a byte.
    ///   - bias: of each column.
    init(
        _ format: PanelFormat, rows: Int, depth: Int, columns: Int, seed: UInt64,
        x: ((inout Numbers) -> Float)? = nil, weight: ((inout Numbers) -> Float)? = nil, bias: [Float]? = nil
    ) {
        (self.format, self.rows, self.depth, self.columns) = (format, rows, depth, columns)
        var numbers = Numbers(seed: seed)
        let rowStride = format.rowStride(depth: depth)
        activations = KernelMemory(byteCount: rows * rowStride, filler: 0)
        panels = KernelMemory(byteCount: format.byteCount(columns: columns, depth: depth), filler: 0)
        let padded = PanelFormat.paddedColumns(columns)
        var (scales, columnSums) = ([Float](repeating: 0, count: padded), [Int32](repeating: 0, count: padded))
        func place(_ value: Float, at target: UnsafeMutableRawPointer) {
            switch format {
            case .float32: target.storeBytes(of: value, as: Float.self)
            case .bfloat16: target.storeBytes(of: BFloat16.bits(value), as: UInt16.self)
            case .int8: target.storeBytes(of: UInt8(truncatingIfNeeded: Int(value)), as: UInt8.self)
            }
        }
        let (x, weight) = (
            x ?? { format == .int8 ? ($0.next() * 128 + 128).rounded(.down) : $0.next() },
            weight ?? { format == .int8 ? ($0.next() * 127).rounded() : $0.next() }
        )
        for row in 0..<rows {
            for k in 0..<depth {
                place(x(&numbers), at: activations.base + row * rowStride + k * 4 / format.groupDepth)
            }
        }
        for column in 0..<columns {
            scales[column] = abs(numbers.next()) + 0.01
            for k in 0..<depth {
                let value = weight(&numbers)
                if format == .int8 { columnSums[column] += Int32(value) }
                place(value, at: panels.base + format.offset(column: column, k: k, columns: columns, depth: depth))
            }
        }
        (self.scales, self.columnSums) = (scales, columnSums)
        quantizations = (0..<rows).map { _ in
            RowQuantization(scale: abs(numbers.next()) / 100, zeroPoint: Int32(abs(numbers.next()) * 255))
        }
        self.bias = bias ?? numbers.next(columns)
    }

    /// The result, with what lies between its rows.
    func result(_ compute: (PanelBlock) -> Void) -> KernelMemory {
        var numbers = Numbers(seed: 77)
        let target = KernelMemory(numbers.next(rows * stride))
        quantizations.withUnsafeBufferPointer { quantizations in
            scales.withUnsafeBufferPointer { scales in
                columnSums.withUnsafeBufferPointer { columnSums in
                    bias.withUnsafeBufferPointer { bias in
                        let isInt8 = format == .int8
                        compute(
                            PanelBlock(
                                format: format, activations: UnsafeRawPointer(activations.base),
                                rowStride: format.rowStride(depth: depth), rows: rows,
                                quantizations: isInt8 ? quantizations.baseAddress : nil,
                                panels: UnsafeRawPointer(panels.base), columns: columns, depth: depth, range: range,
                                scales: isInt8 ? scales.baseAddress : nil,
                                columnSums: isInt8 ? columnSums.baseAddress : nil,
                                bias: hasBias ? bias.baseAddress : nil, activation: activation,
                                target: self.target(target), targetStride: stride))
                    }
                }
            }
        }
        return withExtendedLifetime((activations, panels)) { target }
    }

    private func target(_ memory: KernelMemory) -> PanelBlock.Target {
        switch goal {
        case .float32: .float32(memory.pointer())
        case .accumulate: .accumulate(memory.pointer())
        case .bfloat16: .bfloat16(memory.pointer())
        }
    }

    /// What kernels make of it.
    func result(_ kernels: MatrixKernelSet) -> KernelMemory {
        let scratch = KernelMemory(byteCount: PanelBlock.scratchBytes(rows: rows))
        return withExtendedLifetime(scratch) {
            result { kernels.kernels.multiply($0, scratch: scratch.base) }
        }
    }

    func result(_ arithmetic: ScalarArithmetic) -> KernelMemory { result { $0.multiplyScalars(arithmetic) } }
}
