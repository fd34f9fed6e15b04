/// The two passes of a separable filter over RGB samples, in 32-bit fixed point.
///
/// Sums wrap nowhere: weights of one output pixel add up to 1 and in magnitude to less than 2, so that 255 times them
/// keeps within 31 bits.
enum Resampling {
    /// Filters every row.
    /// - Parameter source: `[height, width, 3]`
    /// - Returns: `[height, coefficients.starts.count, 3]`
    static func alongRows(
        _ source: [UInt8], width: Int, height: Int, coefficients: ResamplingCoefficients
    ) -> [UInt8] {
        let rowByteCount = width * 3
        let count = height * coefficients.starts.count * 3
        return [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
            // Pixels are loaded as four bytes, which takes one more than the row has.
            let row = UnsafeMutableRawPointer.allocate(byteCount: rowByteCount + 1, alignment: 16)
            defer { row.deallocate() }
            row.storeBytes(of: 0, toByteOffset: rowByteCount, as: UInt8.self)
            source.withUnsafeBytes { source in
                coefficients.withUnsafePointers { starts, counts, weights in
                    for y in 0..<height {
                        UnsafeMutableRawBufferPointer(start: row, count: rowByteCount)
                            .copyMemory(
                                from: UnsafeRawBufferPointer(
                                    rebasing: source[(y * rowByteCount)...].prefix(rowByteCount)))
                        var offset = y * coefficients.starts.count * 3
                        for x in 0..<coefficients.starts.count {
                            var pixel = UnsafeRawPointer(row) + starts[x] &* 3
                            var weight = weights + x &* coefficients.stride
                            let end = weight + counts[x]
                            var sum = SIMD4<Int32>(repeating: half)
                            while weight < end {
                                let samples = pixel.loadUnaligned(as: SIMD4<UInt8>.self)
                                sum &+= SIMD4<Int32>(truncatingIfNeeded: samples) &* weight.pointee
                                pixel += 3
                                weight += 1
                            }
                            let rounded = sum &>> ResamplingCoefficients.fractionBits
                            for channel in 0..<3 {
                                target[offset &+ channel] = UInt8(clamping: rounded[channel])
                            }
                            offset &+= 3
                        }
                    }
                }
            }
            initializedCount = count
        }
    }

    /// Filters every column.
    /// - Parameter source: `[H, rowByteCount]`
    /// - Returns: `[coefficients.starts.count, rowByteCount]`
    static func alongColumns(
        _ source: [UInt8], rowByteCount: Int, coefficients: ResamplingCoefficients
    ) -> [UInt8] {
        let count = coefficients.starts.count * rowByteCount
        return [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
            source.withUnsafeBytes { source in
                coefficients.withUnsafePointers { starts, counts, weights in
                    guard let source = source.baseAddress, let target = target.baseAddress else { return }
                    let wholeBlocks = rowByteCount & ~15
                    for y in 0..<coefficients.starts.count {
                        let column = source + starts[y] * rowByteCount
                        let weight = weights + y * coefficients.stride
                        let row = UnsafeMutableRawPointer(target + y * rowByteCount)
                        for x in Swift.stride(from: 0, to: wholeBlocks, by: 16) {
                            var sum = SIMD16<Int32>(repeating: half)
                            for tap in 0..<counts[y] {
                                let samples = column.loadUnaligned(
                                    fromByteOffset: tap &* rowByteCount &+ x, as: SIMD16<UInt8>.self)
                                sum &+= SIMD16<Int32>(truncatingIfNeeded: samples) &* weight[tap]
                            }
                            let rounded = (sum &>> ResamplingCoefficients.fractionBits)
                                .clamped(lowerBound: SIMD16(repeating: 0), upperBound: SIMD16(repeating: 255))
                            row.storeBytes(
                                of: SIMD16<UInt8>(truncatingIfNeeded: rounded), toByteOffset: x, as: SIMD16<UInt8>.self)
                        }
                        for x in wholeBlocks..<rowByteCount {
                            var sum = half
                            for tap in 0..<counts[y] {
                                let sample = column.load(fromByteOffset: tap &* rowByteCount &+ x, as: UInt8.self)
                                sum &+= Int32(sample) &* weight[tap]
                            }
                            target[y &* rowByteCount &+ x] = UInt8(clamping: sum >> ResamplingCoefficients.fractionBits)
                        }
                    }
                }
            }
            initializedCount = count
        }
    }

    private static let half: Int32 = 1 << (ResamplingCoefficients.fractionBits - 1)
}
