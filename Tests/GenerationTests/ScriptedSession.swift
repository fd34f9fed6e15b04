import CaptionerGeneration
import CaptionerTensorCore
import Testing

/// Sequences whose next token stands 2 above all others, as a script says.
final class ScriptedSession: DecodingSession {
    private let context = ComputeContext(threadCount: 1)
    private let scripts: [[Int]]
    private let tie: Int?
    private let poison: Float?
    private var alive: [Int]
    private var position = 0
    let remainingTokens: [Int]
    private(set) var rowsPerStep: [Int] = []
    private let vocabularySize = 10

    init(_ scripts: [[Int]], room: [Int]? = nil, tie: Int? = nil, poison: Float? = nil) {
        self.scripts = scripts
        self.tie = tie
        self.poison = poison
        alive = Array(scripts.indices)
        remainingTokens = room ?? scripts.map { _ in 100 }
    }

    func prefill() -> Tensor { logits() }

    func step(_ tokenIDs: [Int]) -> Tensor {
        #expect(tokenIDs.count == alive.count)
        position += 1
        return logits()
    }

    func select(rows: [Int]) { alive = rows.map { alive[$0] } }

    private func logits() -> Tensor {
        rowsPerStep.append(alive.count)
        var values = [Float](repeating: 0, count: alive.count * vocabularySize)
        for (row, index) in alive.enumerated() {
            values[row * vocabularySize + scripts[index][position]] = 2
            if let tie { values[row * vocabularySize + tie] = 2 }
        }
        if let poison, position == 1 { values[5] = poison }
        return Tensor(values, shape: [alive.count, vocabularySize], in: context)
    }
}

extension [SequenceStart] {
    /// Starts without a visible prompt, each with its own seed.
    static func plain(_ count: Int) -> [SequenceStart] {
        (0..<count).map { SequenceStart(seed: UInt64($0)) }
    }
}
