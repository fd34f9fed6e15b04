import CaptionerKernels
import Foundation

/// Rotary position embeddings (Su et al., arXiv 2104.09864) in the form of LLaMA and Gemma: the two halves of a head are the
/// two coordinates, and pair i is turned by position · base^(-2 i / Dh).
package struct RotaryPositions: Sendable {
    private let headSize: Int
    /// The number of the first position.
    private let firstPosition: Int
    /// The angle of each pair at position 1.
    private let frequencies: [Float]  // [Dh / 2]
    /// The cosines and sines of the positions that were needed so far, which all layers share.
    private let turns = Locked(Turns())

    private struct Turns {
        var cosines: [Float] = []  // [positions, Dh / 2]
        var sines: [Float] = []  // [positions, Dh / 2]
    }

    /// - Parameters:
    ///   - headSize: Dh, an even number.
    ///   - base: `rope_theta` in transformers.
    ///   - firstPosition: the number of the first position.
    package init(headSize: Int, base: Double = 10000, firstPosition: Int = 0) {
        precondition(headSize % 2 == 0, "RotaryPositions: a head of \(headSize) has no two halves")
        self.headSize = headSize
        self.firstPosition = firstPosition
        // Rounded where transformers rounds.
        frequencies = (0..<(headSize / 2)).map {
            1 / Float(pow(base, Double(Float(2 * $0) / Float(headSize))))
        }
    }

    /// Rotates the heads of queries and keys in place.
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
        let positions = spans.flatMap { span in (0..<span.count).map { firstPosition + span.firstPosition + $0 } }
        let heads = sizes.headCount + sizes.keyValueHeadCount
        let (turns, half) = (turns(positions: (positions.max() ?? 0) + 1), headSize / 2)
        context.pool.forEach(positions.count) { row in
            let range = (positions[row] * half)..<((positions[row] + 1) * half)
            for head in 0..<heads {
                let start = view.pointer(row: row, column: head * headSize).assumingMemoryBound(to: Float.self)
                Self.turn(start, turns.cosines[range], turns.sines[range])
            }
        }
    }

    /// Those of the first `count` positions, and of further ones that are known.
    private func turns(positions count: Int) -> Turns {
        turns.withLock { turns in
            let known = turns.cosines.count / max(frequencies.count, 1)
            for position in known..<max(known, count) {
                let angles = frequencies.map { Double($0 * Float(position)) }
                turns.cosines += angles.map { Float(cos($0)) }
                turns.sines += angles.map { Float(sin($0)) }
            }
            return turns
        }
    }

    /// Element by element, so nothing depends on the width of a vector.
    private static func turn(
        _ head: UnsafeMutablePointer<Float>, _ cosines: ArraySlice<Float>, _ sines: ArraySlice<Float>
    ) {
        let half = cosines.count
        for (index, (cosine, sine)) in zip(cosines, sines).enumerated() {
            let (x, y) = (head[index], head[half + index])
            head[index] = x * cosine - y * sine
            head[half + index] = y * cosine + x * sine
        }
    }
}
