/// The two passes of a separable filter over RGB samples, in 32-bit fixed point.
///
/// Sums do not overflow: the weights of one output pixel add up to 1 and in magnitude to less than 2, so that 255 times
/// their sum keeps within 31 bits.
enum Resampling {
    private typealias Lent = ResamplingCoefficients.Lent

    /// Filters every row.
    /// - Parameter source: `[height, width, 3]`
    /// - Returns: `[height, outputCount, 3]`
    static func alongRows(
        _ source: [UInt8], width: Int, height: Int, coefficients: ResamplingCoefficients
    ) -> [UInt8] {
        let rowByteCount = width * 3
        let newRowByteCount = coefficients.outputCount * 3
        return [UInt8](unsafeUninitializedCapacity: height * newRowByteCount) { target, initializedCount in
            // Pixels are loaded as four bytes, which takes one more than the row has.
            let row = UnsafeMutableRawBufferPointer.allocate(byteCount: rowByteCount + 1, alignment: 16)
            defer { row.deallocate() }
            row[rowByteCount] = 0
            source.withUnsafeBytes { source in
                coefficients.lend { coefficients in
                    guard let source = source.baseAddress, let row = row.baseAddress, let target = target.baseAddress
                    else { return }
                    for y in 0..<height {
                        row.copyMemory(from: source + y * rowByteCount, byteCount: rowByteCount)
                        filter(row: row, coefficients, into: target + y * newRowByteCount)
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

    /// Filters a row of pixels, after which one more byte may be read.
    private static func filter(row: UnsafeRawPointer, _ coefficients: Lent, into target: UnsafeMutablePointer<UInt8>) {
        var target = target
        for x in 0..<coefficients.outputCount {
            var pixel = row + coefficients.starts[x] &* 3
            var sum = SIMD4<Int32>(repeating: half)
            for weight in coefficients.weights(of: x) {
                // Red, green, blue, and the next pixel's red, which is not used.
                let samples = pixel.loadUnaligned(as: SIMD4<UInt8>.self)
                sum &+= SIMD4<Int32>(truncatingIfNeeded: samples) &* weight
                pixel += 3
            }
            let rounded = sum &>> ResamplingCoefficients.fractionBits
            target[0] = UInt8(clamping: rounded.x)
            target[1] = UInt8(clamping: rounded.y)
            target[2] = UInt8(clamping: rounded.z)
            target += 3
        }
    }

    /// Sums up as many successive rows as there are weights.
    private static func blend(
        rows: UnsafeRawPointer, rowByteCount: Int, weights: UnsafeBufferPointer<Int32>,
        into target: UnsafeMutableRawPointer
    ) {
        let blockEnd = rowByteCount & ~15
        for x in stride(from: 0, to: blockEnd, by: 16) {
            var samples = rows + x
            var sum = SIMD16<Int32>(repeating: half)
            for weight in weights {
                sum &+= SIMD16<Int32>(truncatingIfNeeded: samples.loadUnaligned(as: SIMD16<UInt8>.self)) &* weight
                samples += rowByteCount
            }
            let rounded = (sum &>> ResamplingCoefficients.fractionBits)
                .clamped(lowerBound: SIMD16(repeating: 0), upperBound: SIMD16(repeating: 255))
            target.storeBytes(of: SIMD16<UInt8>(truncatingIfNeeded: rounded), toByteOffset: x, as: SIMD16<UInt8>.self)
        }
        for x in blockEnd..<rowByteCount {
            var sum = half
            for (row, weight) in weights.enumerated() {
                sum &+= Int32(rows.load(fromByteOffset: row &* rowByteCount &+ x, as: UInt8.self)) &* weight
            }
            let rounded = UInt8(clamping: sum >> ResamplingCoefficients.fractionBits)
            target.storeBytes(of: rounded, toByteOffset: x, as: UInt8.self)
        }
    }

    private static let half: Int32 = 1 << (ResamplingCoefficients.fractionBits - 1)
}
