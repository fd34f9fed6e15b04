import CaptionerGeneration
import CaptionerTensorCore
import Testing

@Suite struct TokenSearchTests {
    /// Token 9 ends a text. Each script is what its sequence would say, token by token.
    private static let end = 9

    @Test func sequencesEndOnTheirOwn() throws {
        let session = ScriptedSession([[1, 2, Self.end], [3, Self.end], [4, 5, 6, 7]])
        let search = TokenSearch(maxNewTokens: 4, endTokenIDs: [Self.end])
        let found = try search(session, starts: .plain(3)).map { $0[0] }
        #expect(found.map(\.tokenIDs) == [[1, 2, 9], [3, 9], [4, 5, 6, 7]])
        #expect(found.map(\.finishReason) == [.endToken, .endToken, .length])
        // What has ended is no longer computed.
        #expect(session.rowsPerStep == [3, 3, 2, 1])
    }

    @Test func roomEndsASequenceAndNotItsNeighbours() throws {
        let session = ScriptedSession([[1, 2, 3, 4], [5, 6, 7, 8]], room: [2, 9])
        let found = try TokenSearch(maxNewTokens: 3, endTokenIDs: [])(session, starts: .plain(2)).map { $0[0] }
        #expect(found.map(\.tokenIDs) == [[1, 2], [5, 6, 7]])
    }

    @Test func noRoomMeansNoTokens() throws {
        let session = ScriptedSession([[1]], room: [0])
        #expect(
            try TokenSearch(maxNewTokens: 3, endTokenIDs: [])(session, starts: .plain(1))[0].map(\.tokenIDs) == [[]]
        )
    }

    @Test func minNewTokensHoldsTheEndBack() throws {
        let session = ScriptedSession([[Self.end, Self.end, Self.end]])
        let processor = MinimumLengthProcessor(minimum: 2, countsPrompt: false, endTokenIDs: [Self.end])
        let found = try TokenSearch(maxNewTokens: 5, endTokenIDs: [Self.end], processors: [processor])(
            session, starts: .plain(1))[0]
        // All other tokens are alike, and the first of them is taken.
        #expect(found[0].tokenIDs == [0, 0, 9])
    }

    @Test func firstOfEqualTokensIsTaken() throws {
        let session = ScriptedSession([[7]], tie: 3)
        #expect(try TokenSearch(maxNewTokens: 1, endTokenIDs: [])(session, starts: .plain(1))[0][0].tokenIDs == [3])
    }

    @Test func scoreIsTheSumOfLogProbabilities() throws {
        // A chosen token stands 2 above nine others: log(e² / (e² + 9)) for each of two.
        let found = try TokenSearch(maxNewTokens: 2, endTokenIDs: [])(
            ScriptedSession([[1, 2]]), starts: .plain(1))[0]
        #expect(abs(found[0].logProbability - 2 * -0.796_608) < 1e-4)
    }

    @Test(arguments: [Float.nan, .infinity])
    func logitsThatAreNoNumbersAreAnError(value: Float) {
        let session = ScriptedSession([[1, 2]], poison: value)
        #expect(throws: GenerationError.invalidLogits(step: 1)) {
            try TokenSearch(maxNewTokens: 2, endTokenIDs: [])(session, starts: .plain(1))
        }
    }

    @Test func observerSeesTheRowsThatChose() throws {
        var seen: [(sequence: Int, token: Int, best: Float)] = []
        _ = try TokenSearch(maxNewTokens: 2, endTokenIDs: [Self.end])(
            ScriptedSession([[1, 2], [Self.end]]), starts: .plain(2)
        ) { sequence, token, logits in
            seen.append((sequence, token, logits.max() ?? 0))
        }
        #expect(seen.map(\.sequence) == [0, 1, 0])
        #expect(seen.map(\.token) == [1, Self.end, 2])
        #expect(seen.allSatisfy { $0.best == 2 })
    }
}
