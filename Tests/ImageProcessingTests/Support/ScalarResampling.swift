/// Pillow's bicubic filter written for reading: one sample at a time, straight from its definition.
enum ScalarResampling {
    /// - Parameter samples: `[height, width, 3]`
    /// - Returns: `[newHeight, newWidth, 3]`
    static func resize(_ samples: [UInt8], width: Int, height: Int, newWidth: Int, newHeight: Int) -> [UInt8] {
        var result = samples
        if newWidth != width {
            result = filter(result, lines: height, count: width, newCount: newWidth, lineStep: width * 3, step: 3) {
                line, index in (line * newWidth + index) * 3
            }
        }
        if newHeight != height {
            result = filter(
                result, lines: newWidth, count: height, newCount: newHeight, lineStep: 3, step: newWidth * 3
            ) { line, index in (index * newWidth + line) * 3 }
        }
        return result
    }

    /// Filters along lines of `count` pixels, `step` bytes apart, lines beginning `lineStep` bytes apart.
    private static func filter(
        _ samples: [UInt8], lines: Int, count: Int, newCount: Int, lineStep: Int, step: Int,
        target: (Int, Int) -> Int
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: lines * newCount * 3)
        for index in 0..<newCount {
            let (start, weights) = weights(of: index, count: count, newCount: newCount)
            for line in 0..<lines {
                for channel in 0..<3 {
                    var sum = 1 << 21
                    for (tap, weight) in weights.enumerated() {
                        sum += Int(samples[line * lineStep + (start + tap) * step + channel]) * weight
                    }
                    result[target(line, index) + channel] = UInt8(min(max(sum >> 22, 0), 255))
                }
            }
        }
        return result
    }

    /// The first input pixel of an output pixel and the weights from there on, in units of 2^-22.
    private static func weights(of index: Int, count: Int, newCount: Int) -> (start: Int, weights: [Int]) {
        let scale = Double(count) / Double(newCount)
        let filterScale = max(scale, 1)
        let support = 2 * filterScale
        let center = (Double(index) + 0.5) * scale
        let start = max(Int(center - support + 0.5), 0)
        let end = min(Int(center + support + 0.5), count)
        var values: [Double] = []
        var total = 0.0
        for input in start..<end {
            let x = abs((Double(input) - center + 0.5) * (1 / filterScale))
            let value: Double
            if x < 1 {
                value = (1.5 * x - 2.5) * x * x + 1
            } else if x < 2 {
                value = (((x - 5) * x + 8) * x - 4) * -0.5
            } else {
                value = 0
            }
            values.append(value)
            total += value
        }
        return (start, values.map { Int(($0 / total * 4_194_304).rounded(.toNearestOrAwayFromZero)) })
    }
}
