import Testing

@testable import CaptionerDataSets

@Suite struct SampleTextTests {
    private let fields = DataSetFields()

    @Test func chunksAndTheirImages() {
        let text = "<__dj__image>\na <|__dj__eoc|> \n <|__dj__eoc|>b<__dj__image><__dj__image>c<|__dj__eoc|>d"
        let chunks = TextChunk.chunks(of: text, fields)
        #expect(chunks.map(\.imageCount) == [1, 2, 0])
        #expect(chunks.map { $0.tokens(fields) } == ["<__dj__image>", "<__dj__image><__dj__image>", ""])
        #expect(chunks.map { $0.words(fields) } == ["a", "bc", "d"])
    }

    /// A combining mark after a token makes one character with it, and hides it from comparisons by character.
    @Test func tokensAreFoundByScalars() {
        #expect("<__dj__image>\u{301}x".literalComponents(separatedBy: fields.imageToken) == ["", "\u{301}x"])
    }

    @Test func captionsFollowTheirOwnImageOrAsInDataJuicer() {
        let tokens = "<__dj__image><__dj__image>"
        #expect(
            CaptionPlacement.afterOwnImage.place(["A", "B"], in: tokens, fields)
                == "<__dj__image> A <__dj__image> B ")
        #expect(
            CaptionPlacement.asInDataJuicer.place(["A", "B"], in: tokens, fields)
                == "<__dj__image> B  A <__dj__image>")
    }

    @Test func aDrawnCandidateIsDeterministic() {
        let texts = (0..<8).map { "caption \($0)" }
        let drawn = (0..<64).map { CandidateMode.randomAny.choose(among: texts, oldText: "", seed: $0)[0] }
        #expect(drawn == (0..<64).map { CandidateMode.randomAny.choose(among: texts, oldText: "x", seed: $0)[0] })
        #expect(Set(drawn).count == 8)
    }

    @Test func theMostSimilarCandidateAndTheFirstOfTies() {
        let old = "A photo of a small Dog on the grass"
        let mode = CandidateMode.similarOneSimhash
        #expect(
            mode.choose(
                among: ["something else entirely here now", "a photo of a small dog on the grass"], oldText: old,
                seed: 0)
                == ["a photo of a small dog on the grass"])
        #expect(mode.choose(among: ["x", "y"], oldText: "z", seed: 0) == ["x"])
    }
}
