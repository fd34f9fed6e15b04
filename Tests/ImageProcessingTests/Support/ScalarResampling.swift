import CaptionerImageProcessing
import Foundation

/// Pillow's filters written for reading: one sample at a time, straight from their definitions.
struct ScalarResampling {
    let filter: ResamplingFilter

    /// - Parameter samples: `[height, width, 3]`
    /// - Returns: `[newHeight, newWidth, 3]`
    func resize(_ samples: [UInt8], width: Int, height: Int, newWidth: Int, newHeight: Int) -> [UInt8] {
        var result = samples
        if newWidth != width {
            result = filtered(result, lines: height, count: width, newCount: newWidth, lineStep: width * 3, step: 3) {
                line, index in (line * newWidth + index) * 3
            }
        }
        if newHeight != height {
            result = filtered(
                result, lines: newWidth, count: height, newCount: newHeight, lineStep: 3, step: newWidth * 3
            ) { line, index in (index * newWidth + line) * 3 }
        }
        return result
    }

    /// Filters along lines of `count` pixels, `step` bytes apart, lines beginning `lineStep` bytes apart.
    private func filtered(
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
    private func weights(of index: Int, count: Int, newCount: Int) -> (start: Int, weights: [Int]) {
        let scale = Double(count) / Double(newCount)
        let filterScale = max(scale, 1)
        let support = reach * filterScale
        let center = (Double(index) + 0.5) * scale
        let start = max(Int(center - support + 0.5), 0)
        let end = min(Int(center + support + 0.5), count)
        var values: [Double] = []
        var total = 0.0
        for input in start..<end {
            let x = abs((Double(input) - center + 0.5) * (1 / filterScale))
            let value = x < reach ? weight(at: x) : 0
            values.append(value)
            total += value
        }
        return (start, values.map { Int(($0 / total * 4_194_304).rounded(.toNearestOrAwayFromZero)) })
    }

    /// How far from its center the filter is not zero.
    private var reach: Double {
        switch filter {
        case .lanczos: 3
        case .bicubic: 2
        case .bilinear: 1
        }
    }

    /// - Parameter x: a distance from the center below `reach`.
    private func weight(at x: Double) -> Double {
        switch filter {
        case .lanczos: sinc(x) * sinc(x / 3)
        case .bicubic: x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5
        case .bilinear: 1 - x
        }
    }

    private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
}
