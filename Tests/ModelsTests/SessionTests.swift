import CaptionerCheckpoints
import CaptionerGeneration
import CaptionerModels
import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@Suite struct SessionTests {
    private let model: any CaptioningModel
    private let context = ComputeContext(threadCount: 2)

    init() throws { model = try Self.load(Fixtures.model("old-bf16")) }

    private static func load(_ folder: URL) throws -> any CaptioningModel {
        let source = try ModelFolder<any CaptioningModel>(folder)
        return try source.load(source.checkpoint.weights()).model
    }

    /// Texts of unequal length continue beside each other as each does alone.
    @Test func promptsOfUnequalLengthShareABatch() throws {
        let prompts = [[2], [2, 40, 41, 42, 43, 44], [2, 7, 7]]
        let together = try generate(prompts)
        for (index, prompt) in prompts.enumerated() {
            let alone = try generate([prompt], firstImage: index)
            #expect(together[index].tokenIDs == alone[0].tokenIDs)
            #expect(together[index].logProbability == alone[0].logProbability)
        }
    }

    /// The fixture has 48 positions, 7 of which an image takes.
    @Test func theContextEndsAText() throws {
        let full = [Int](repeating: 2, count: 48 - 7)
        #expect(try generate([full])[0].tokenIDs.count == 1)
        #expect(try generate([Array(full.dropLast(2))])[0].tokenIDs.count <= 3)
        #expect(throws: GenerationError.promptTooLong(positions: 49, limit: 48)) { try generate([full + [2]]) }
        #expect(throws: GenerationError.promptTooLong(positions: 49, limit: 48)) { try model.check(prompt: full + [2]) }
    }

    @Test(arguments: [-1, 1_000_000])
    func tokensOutsideOfTheTableAreErrors(token: Int) throws {
        let error = GenerationError.unknownToken(id: token, vocabularySize: 309)
        #expect(throws: error) { try generate([[2, token]]) }
    }

    /// Each image differs, so that a mixed-up row shows.
    private func generate(_ prompts: [[Int]], firstImage: Int = 0) throws -> [GeneratedSequence] {
        let size = model.imageSize
        let pixels = (0..<prompts.count).flatMap { image -> [Float] in
            var random = SplitMix64(seed: UInt64(firstImage + image))
            return (0..<(3 * size * size)).map { _ in Float.random(in: -1...1, using: &random) }
        }
        let images = Tensor(pixels, shape: [prompts.count, 3, size, size], in: context)
        let embeddings = try model.imageEmbeddings(images, stages: StageLog(), in: context)
        let session = try model.session(images: embeddings, prompts: prompts, maxNewTokens: 20, in: context)
        let search = TokenSearch(maxNewTokens: 20, endTokenIDs: model.prompt.endTokenIDs)
        return try search(session, starts: prompts.map { _ in SequenceStart() }).map { $0[0] }
    }
}
