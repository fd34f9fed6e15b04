/// The two passes of a separable filter over RGB samples.
enum Resampling {
    private typealias Lent = ResamplingCoefficients.Lent

    /// Filters every row.
    /// - Parameter source: `[height, width, 3]`
    /// - Returns: `[height, outputCount, 3]`
    static func alongRows(
        _ source: [UInt8], width: Int, height: Int, coefficients: ResamplingCoefficients
    ) -> [UInt8] {
        let side = ByteBlock.side
        let rowByteCount = width * 3
        let newRowByteCount = coefficients.outputCount * 3
        return [UInt8](unsafeUninitializedCapacity: height * newRowByteCount) { target, initializedCount in
            // 16 rows are turned into columns, so that what belongs to an output pixel lies in columns, too; and the outcome is turned back.
            let block = TransposedRows(byteCount: rowByteCount)
            let newBlock = TransposedRows(byteCount: newRowByteCount)
            source.withUnsafeBytes { source in
                coefficients.lend { coefficients in
                    guard let source = source.baseAddress, let target = target.baseAddress else { return }
                    for y in stride(from: 0, to: height, by: side) {
                        let count = min(side, height - y)
                        block.read(source + y * rowByteCount, count: count)
                        for x in 0..<coefficients.outputCount {
                            let weights = coefficients.weights(of: x)
                            for color in 0..<3 {
                                let sum = WeightedSum.of(
                                    block.bytes + (coefficients.starts[x] &* 3 &+ color) &* side,
                                    rowByteCount: 3 * side, weights: weights)
                                (newBlock.bytes + (x &* 3 &+ color) &* side).storeBytes(of: sum, as: SIMD16<UInt8>.self)
                            }
                        }
                        newBlock.write(to: target + y * newRowByteCount, count: count)
                    }
                }
            }
            initializedCount = height * newRowByteCount
        }
    }

    /// Filters every column.
    /// - Parameter source: `[H, rowByteCount]`
    /// - Returns: `[outputCount, rowByteCount]`
    static func alongColumns(
        _ source: [UInt8], rowByteCount: Int, coefficients: ResamplingCoefficients
    ) -> [UInt8] {
        let count = coefficients.outputCount * rowByteCount
        return [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
            source.withUnsafeBytes { source in
                coefficients.lend { coefficients in
                    guard let source = source.baseAddress, let target = target.baseAddress else { return }
                    for y in 0..<coefficients.outputCount {
                        blend(
                            rows: source + coefficients.starts[y] * rowByteCount, rowByteCount: rowByteCount,
                            weights: coefficients.weights(of: y),
                            into: UnsafeMutableRawPointer(target + y * rowByteCount))
                    }
                }
            }
            initializedCount = count
        }
    }

    /// Sums up as many successive rows as there are weights.
    private static func blend(
        rows: UnsafeRawPointer, rowByteCount: Int, weights: ResamplingCoefficients.Weights,
        into target: UnsafeMutableRawPointer
    ) {
        let blockEnd = rowByteCount & ~15
        for x in stride(from: 0, to: blockEnd, by: 16) {
            let sum = WeightedSum.of(rows + x, rowByteCount: rowByteCount, weights: weights)
            target.storeBytes(of: sum, toByteOffset: x, as: SIMD16<UInt8>.self)
        }
        for x in blockEnd..<rowByteCount {
            let sum = WeightedSum.ofColumn(rows + x, rowByteCount: rowByteCount, weights: weights)
            target.storeBytes(of: sum, toByteOffset: x, as: UInt8.self)
        }
    }
}
