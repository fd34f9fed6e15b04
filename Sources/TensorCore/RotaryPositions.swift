import CaptionerKernels
import Foundation

/// Rotary position embeddings (Su et al., arXiv 2104.09864) in the form of LLaMA and Gemma: the two halves of a head are the
/// two coordinates, and pair i is turned by position · base^(-2 i / Dh).
package struct RotaryPositions: Sendable {
    private let headSize: Int
    /// The angle of each pair at position 1.
    private let frequencies: [Float]  // [Dh / 2]

    /// - Parameters:
    ///   - headSize: Dh, an even number.
    ///   - base: `rope_theta` in transformers.
    package init(headSize: Int, base: Double = 10000) {
        precondition(headSize % 2 == 0, "RotaryPositions: a head of \(headSize) has no two halves")
        self.headSize = headSize
        // Rounded where transformers rounds.
        frequencies = (0..<(headSize / 2)).map {
            1 / Float(pow(base, Double(Float(2 * $0) / Float(headSize))))
        }
    }

    /// Turns the heads of queries and keys in place.
    ///
    /// - Parameters:
    ///   - projection: queries, keys and values side by side, float32, a row for each position of the spans.
    ///   - spans: which positions the rows are.
    package func apply(
        to projection: borrowing Projection, spans: [SequenceSpan], sizes: AttentionSizes, in context: ComputeContext
    ) {
        precondition(
            projection.format == .float32 && headSize == sizes.headSize,
            "RotaryPositions: heads of \(sizes.headSize) \(projection.format), expected \(headSize) float32")
        let view = projection.view(sizes.columns.queries.lowerBound..<sizes.columns.keys.upperBound)
        let positions = spans.flatMap { span in (0..<span.count).map { span.firstPosition + $0 } }
        let heads = sizes.headCount + sizes.keyValueHeadCount
        context.pool.forEach(positions.count) { row in
            let angles = frequencies.map { Double($0 * Float(positions[row])) }
            let (cosines, sines) = (angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) })
            for head in 0..<heads {
                let start = view.pointer(row: row, column: head * headSize).assumingMemoryBound(to: Float.self)
                Self.turn(start, cosines, sines)
            }
        }
    }

    /// Element by element, so nothing depends on the width of a vector.
    private static func turn(_ head: UnsafeMutablePointer<Float>, _ cosines: [Float], _ sines: [Float]) {
        let half = cosines.count
        for index in 0..<half {
            let (x, y) = (head[index], head[half + index])
            head[index] = x * cosines[index] - y * sines[index]
            head[half + index] = y * cosines[index] + x * sines[index]
        }
    }
}
