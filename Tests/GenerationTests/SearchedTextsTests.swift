import CaptionerGeneration
import CaptionerTensorCore
import Testing

/// Texts that join others between the steps of a session.
@Suite struct SearchedTextsTests {
    private static let end = 9

    private func entry(_ id: Int, maxNewTokens: Int = 9) -> SearchedTexts.Entry {
        let search = TokenSearch(maxNewTokens: maxNewTokens, endTokenIDs: [Self.end])
        return SearchedTexts.Entry(id: id, search: search.text(SequenceStart(), room: 100))
    }

    /// Logits in which one token of each row stands above the others; of `poison` they are no numbers.
    private func logits(_ tokens: [Int], poison: Int? = nil) -> Tensor {
        var values = [Float](repeating: 0, count: tokens.count * 10)
        for (row, token) in tokens.enumerated() { values[row * 10 + token] = 2 }
        if let poison { values[poison * 10] = .nan }
        return Tensor(values, shape: [tokens.count, 10], in: ComputeContext(threadCount: 1))
    }

    @Test func textsJoinAndLeaveOneByOne() {
        var texts = SearchedTexts()
        var selections: [[Int]] = []
        func ended(_ entries: [SearchedTexts.Entry]) -> [Int: [Int]] {
            Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0.search.results[0].tokenIDs) })
        }
        let select: ([Int]) -> Void = { selections.append($0) }
        #expect(ended(texts.join([entry(7), entry(8)], logits: logits([1, 2]), select: select) { _, _, _ in }) == [:])
        #expect(texts.tokens == [1, 2] && selections == [])
        // The first ends, the other moves up.
        #expect(ended(texts.advance(by: logits([Self.end, 3]), select: select) { _, _, _ in }) == [7: [1, Self.end]])
        #expect(texts.tokens == [3] && selections == [[1]])
        // One of two that join has its only token at once.
        let joined = texts.join(
            [entry(5, maxNewTokens: 1), entry(6)], logits: logits([4, 5]), select: select
        ) { _, _, _ in }
        #expect(ended(joined) == [5: [4]])
        #expect(texts.tokens == [3, 5] && selections.last == [0, 2])
        texts.remove([8, 99], select: select)
        #expect(texts.tokens == [5] && selections.last == [1] && texts.entries.map(\.id) == [6])
        #expect(ended(texts.advance(by: logits([Self.end]), select: select) { _, _, _ in }) == [6: [5, Self.end]])
        #expect(texts.rowCount == 0 && selections.last == [])
    }

    /// Logits that are no numbers end the text that they are of, and no other.
    @Test func aTextFailsAlone() {
        var texts = SearchedTexts()
        _ = texts.join([entry(1), entry(2), entry(3)], logits: logits([1, 2, 3]), select: { _ in }) { _, _, _ in }
        var selection: [Int]?
        let ended = texts.advance(by: logits([4, 5, 6], poison: 1), select: { selection = $0 }) { _, _, _ in }
        #expect(ended.map(\.id) == [2])
        #expect(ended.first?.failure as? GenerationError == .invalidLogits(step: 1))
        #expect(texts.tokens == [4, 6] && selection == [0, 2])
    }

    @Test func copiesAndBeamsJoinAsSeveralRows() {
        var texts = SearchedTexts()
        let beams = BeamSearch(settings: BeamSettings(beamCount: 2), maxNewTokens: 5, endTokenIDs: [Self.end])
        let beamEntry = SearchedTexts.Entry(id: 2, search: beams.text(SequenceStart(), room: 100))
        var selection: [Int]?
        _ = texts.join([entry(1), beamEntry], logits: logits([1, 2]), select: { selection = $0 }) { _, _, _ in }
        // Both beams begin with the row of their text.
        #expect(texts.rowCount == 3 && texts.tokens.prefix(2) == [1, 2] && selection == [0, 1, 1])
        texts.remove([1], select: { selection = $0 })
        #expect(selection == [1, 2] && texts.tokens.first == 2)
    }
}
