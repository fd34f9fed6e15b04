import Generation
import TensorCore
import Testing

@Suite struct GreedySearchTests {
    /// Token 9 ends a text. Each script is what its sequence would say, token by token.
    private static let end = 9

    @Test func sequencesEndOnTheirOwn() throws {
        let session = ScriptedSession([[1, 2, Self.end], [3, Self.end], [4, 5, 6, 7]])
        let search = GreedySearch(maxNewTokens: 4, endTokenIDs: [Self.end])
        let found = try search(session)
        #expect(found.map(\.tokenIDs) == [[1, 2, 9], [3, 9], [4, 5, 6, 7]])
        #expect(found.map(\.finishReason) == [.endToken, .endToken, .length])
        // What has ended is no longer computed.
        #expect(session.rowsPerStep == [3, 3, 2, 1])
    }

    @Test func roomEndsASequenceAndNotItsNeighbours() throws {
        let session = ScriptedSession([[1, 2, 3, 4], [5, 6, 7, 8]], room: [2, 9])
        let found = try GreedySearch(maxNewTokens: 3, endTokenIDs: [])(session)
        #expect(found.map(\.tokenIDs) == [[1, 2], [5, 6, 7]])
    }

    @Test func noRoomMeansNoTokens() throws {
        let session = ScriptedSession([[1]], room: [0])
        #expect(try GreedySearch(maxNewTokens: 3, endTokenIDs: [])(session).map(\.tokenIDs) == [[]])
    }

    @Test func minNewTokensHoldsTheEndBack() throws {
        let session = ScriptedSession([[Self.end, Self.end, Self.end]])
        let processor = MinNewTokensProcessor(minimum: 2, endTokenIDs: [Self.end])
        let found = try GreedySearch(maxNewTokens: 5, endTokenIDs: [Self.end], processors: [processor])(session)
        // All other tokens are alike, and the first of them is taken.
        #expect(found[0].tokenIDs == [0, 0, 9])
    }

    @Test func firstOfEqualTokensIsTaken() throws {
        let session = ScriptedSession([[7]], tie: 3)
        #expect(try GreedySearch(maxNewTokens: 1, endTokenIDs: [])(session)[0].tokenIDs == [3])
    }

    @Test func scoreIsTheSumOfLogProbabilities() throws {
        // A chosen token stands 2 above nine others: log(e² / (e² + 9)) for each of two.
        let found = try GreedySearch(maxNewTokens: 2, endTokenIDs: [])(ScriptedSession([[1, 2]]))
        #expect(abs(found[0].logProbability - 2 * -0.796_608) < 1e-4)
    }

    @Test(arguments: [Float.nan, .infinity])
    func logitsThatAreNoNumbersAreAnError(value: Float) {
        let session = ScriptedSession([[1, 2]], poison: value)
        #expect(throws: GenerationError.invalidLogits(step: 1)) {
            try GreedySearch(maxNewTokens: 2, endTokenIDs: [])(session)
        }
    }

    @Test func observerSeesTheRowsThatChose() throws {
        var seen: [(Int, Float)] = []
        _ = try GreedySearch(maxNewTokens: 2, endTokenIDs: [Self.end])(ScriptedSession([[1, 2], [Self.end]])) {
            seen.append(($0, $1.max() ?? 0))
        }
        #expect(seen.map(\.0) == [0, 1, 0])
        #expect(seen.allSatisfy { $0.1 == 2 })
    }
}

/// Sequences whose next token stands 2 above all others, as a script says.
private final class ScriptedSession: DecodingSession {
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

    func keep(rows: [Int]) { alive = rows.map { alive[$0] } }

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
