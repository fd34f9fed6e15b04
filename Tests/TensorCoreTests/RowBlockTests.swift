import CaptionerKernels
import CaptionerTensorCore
import Testing

/// Layer norm, rounding and quantisation of rows by every kernel set that this processor can run, against plain scalar
/// code.
@Suite struct RowBlockTests {
    static let widths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 88, 257, 1408, 5000]

    @Test(arguments: PanelFormat.allCases, widths)
    func equalScalarReferenceBitForBit(format: PanelFormat, width: Int) {
        var numbers = Numbers(seed: UInt64(width))
        let rows = 5
        // Rows of other sizes and other means; the last two are zeros, and one number again and again.
        var x = numbers.next(rows * width)
        for (index, value) in x.enumerated() {
            switch index / width {
            case 3: x[index] = 0
            case 4: x[index] = 0.3
            case let row: x[index] = value * Float(1 << (4 * row)) + Float(row) * 3
            }
        }
        let (weight, bias, gates) = (numbers.next(width), numbers.next(width), numbers.next(rows * width))
        let ways: [Way] = [.plain, .layerNorm(weight, bias), .rms(weight, 0), .rms(weight, 1), .gated(gates)]
        for (number, way) in ways.enumerated() {
            for kernels in MatrixKernelSet.supported {
                let found = transformed(x, rows, format, way) { block, scratch in
                    kernels.kernels.transform(block, scratch: scratch)
                }
                let expected = transformed(x, rows, format, way) { block, _ in
                    block.transformScalars(kernels.arithmetic)
                }
                let name = "\(kernels), \(format), \(width), way \(number)"
                expectEqual(found.bytes, expected.bytes, name)
                // The scale of a row of zeros has a sign that changes nothing.
                expectEqual(found.scales.map { $0 + 0 }.bits, expected.scales.map { $0 + 0 }.bits, name)
                expectEqual(found.zeroPoints, expected.zeroPoints, name)
            }
        }
    }

    /// Bytes mean what was there within half a step, zero exactly zero; all are used.
    @Test(arguments: MatrixKernelSet.supported, [3, 88, 1408])
    func bytesMeanTheirRow(kernels: MatrixKernelSet, width: Int) {
        var numbers = Numbers(seed: 6)
        for shift: Float in [0, 0.7, -0.9, 5, -5] {
            var x = numbers.next(width).map { $0 + shift }
            x[1] = 0
            let found = transformed(x, 1, .int8, .plain) { kernels.kernels.transform($0, scratch: $1) }
                .withUnsignedBytes(kernels.arithmetic)
            let (scale, zeroPoint) = (found.scales[0], Float(found.zeroPoints[0]))
            for (value, byte) in zip(x, found.bytes) {
                #expect(abs(scale * (Float(byte) - zeroPoint) - value) <= scale * 0.5001 + abs(value) * 1e-6)
            }
            #expect(Float(found.bytes[1]) == zeroPoint)
            #expect(found.bytes[..<width].contains(255) || found.bytes[..<width].contains(0))
        }
    }

    /// A number that is not finite makes a row's scale NaN, and with it all its products.
    @Test(arguments: MatrixKernelSet.supported, [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteShows(kernels: MatrixKernelSet, value: Float) {
        var numbers = Numbers(seed: 2)
        for width in [1, 7, 16, 33, 1408] {
            for place in [0, width / 2, width - 1] {
                var x = numbers.next(3 * width)
                x[width + place] = value
                let found = transformed(x, 3, .int8, .plain) { kernels.kernels.transform($0, scratch: $1) }
                #expect(found.scales.map(\.isNaN) == [false, true, false], "\(width), \(place)")
                for format in [PanelFormat.float32, .bfloat16] {
                    let ones = [Float](repeating: 1, count: width)
                    let normalized = transformed(x, 3, format, .layerNorm(ones, ones)) {
                        kernels.kernels.transform($0, scratch: $1)
                    }
                    let row = normalized.numbers(format, row: 1)[..<width]
                    #expect(row.allSatisfy { $0.isNaN }, "\(format), \(width), \(place)")
                    let scaled = transformed(x, 3, format, .rms(ones, 0)) { kernels.kernels.transform($0, scratch: $1) }
                    #expect(scaled.numbers(format, row: 1)[place].isNaN, "\(format), \(width), \(place)")
                }
            }
        }
    }

    /// Numbers so small that one over them is infinite are zeros; they do not spoil a row.
    @Test(arguments: MatrixKernelSet.supported, [Float(0x1p-149), 0x1p-133, 1e-37, 1e-36, 1e-30, -0x1p-133, -1e-37])
    func tinyRowsAreFinite(kernels: MatrixKernelSet, value: Float) {
        for x in [[value, 0, 0, value / 3, 0], [value], [0, 0]] {
            let found = transformed(x, 1, .int8, .plain) { kernels.kernels.transform($0, scratch: $1) }
                .withUnsignedBytes(kernels.arithmetic)
            #expect(found.scales[0].isFinite && found.zeroPoints[0] >= 0 && found.zeroPoints[0] <= 255)
            for (value, byte) in zip(x, found.bytes) {
                let back = found.scales[0] * (Float(byte) - Float(found.zeroPoints[0]))
                #expect(abs(back - value) <= max(3.1e-36, abs(value) / 255))
            }
        }
    }

    /// What happens to rows on their way.
    private enum Way {
        case plain
        case layerNorm([Float], [Float])
        case rms([Float], Float)
        case gated([Float])
    }

    private struct Rows {
        let bytes: [UInt8]
        let stride: Int
        let scales: [Float]
        let zeroPoints: [Int32]

        /// Bytes from 0 to 255, also of kernels that store them less something.
        func withUnsignedBytes(_ arithmetic: ScalarArithmetic) -> Rows {
            Rows(
                bytes: bytes.map { $0 &+ UInt8(truncatingIfNeeded: arithmetic.byteOffset) }, stride: stride,
                scales: scales, zeroPoints: zeroPoints.map { $0 + arithmetic.byteOffset })
        }

        func numbers(_ format: PanelFormat, row: Int) -> [Float] {
            let part = Array(bytes[(row * stride)..<((row + 1) * stride)])
            return part.withUnsafeBytes { bytes in
                format == .bfloat16
                    ? bytes.bindMemory(to: UInt16.self).map(BFloat16.value) : Array(bytes.bindMemory(to: Float.self))
            }
        }
    }

    private func transformed(
        _ x: [Float], _ rows: Int, _ format: PanelFormat, _ way: Way,
        by compute: (RowBlock, UnsafeMutableRawPointer) -> Void
    ) -> Rows {
        let width = x.count / rows
        let stride = format.rowStride(depth: width)
        let (source, target) = (KernelMemory(x), KernelMemory(byteCount: rows * stride))
        let tables =
            switch way {
            case .plain: [] as [KernelMemory]
            case .layerNorm(let weight, let bias): [KernelMemory(weight), KernelMemory(bias)]
            case .rms(let values, _), .gated(let values): [KernelMemory(values)]
            }
        let quantizations = KernelMemory(byteCount: rows * MemoryLayout<RowQuantization>.stride, filler: 0)
        let scratch = KernelMemory(byteCount: RowBlock.scratchBytes(columns: width))
        var (norm, gates): (RowBlock.Normalization?, UnsafePointer<Float>?)
        switch way {
        case .plain: break
        case .layerNorm:
            norm = RowBlock.Normalization(weight: tables[0].pointer(), bias: tables[1].pointer(), epsilon: 1e-6)
        case .rms(_, let offset):
            norm = RowBlock.Normalization(weight: tables[0].pointer(), offset: offset, epsilon: 1e-6)
        case .gated: gates = UnsafePointer(tables[0].pointer())
        }
        let block = RowBlock(
            source: source.pointer(), sourceStride: width, rows: rows, columns: width, normalization: norm,
            gates: gates,
            format: format, target: target.base, targetStride: stride, quantizations: quantizations.pointer())
        withExtendedLifetime((source, target, tables, quantizations, scratch)) { compute(block, scratch.base) }
        let found = withExtendedLifetime(quantizations) {
            Array(UnsafeBufferPointer(start: quantizations.pointer(RowQuantization.self), count: rows))
        }
        return Rows(
            bytes: target.bytes, stride: stride, scales: found.map(\.scale), zeroPoints: found.map(\.zeroPoint))
    }
}
