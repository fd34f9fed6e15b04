import Captioner
import DemoModel
import Foundation
import TestSupport
import Testing

/// A caption depends on the picture, the model and the options, and on nothing else: not on the batch, the threads, the
/// neighbours or the order. Bit by bit, in every precision.
///
/// It runs with the kernels that are chosen for this processor; `CAPTIONER_KERNELS` chooses others.
@Suite struct SameEveryTimeTests {
    enum Model: CaseIterable {
        case demo
        case random
    }

    /// What is held to the promise. An option belongs here as soon as there is one.
    static let options: [GenerationOptions] = {
        var beams = GenerationOptions(maxNewTokens: 6)
        beams.numBeams = 4
        beams.numReturnSequences = 3
        beams.repetitionPenalty = 1.3
        beams.noRepeatNGramSize = 2
        beams.earlyStopping = .never
        beams.lengthPenalty = 0.5
        beams.badWords = ["red"]
        var samples = GenerationOptions(maxNewTokens: 6, prompt: "a photo of")
        samples.doSample = true
        samples.seed = 7
        samples.temperature = 1.5
        samples.topP = 0.98
        samples.topK = 0
        samples.minP = 0.001
        samples.numReturnSequences = 3
        var sampledBeams = samples
        sampledBeams.numBeams = 3
        sampledBeams.transformersVersion = .v5
        return [
            GenerationOptions(maxNewTokens: 12),
            GenerationOptions(maxNewTokens: 6, minNewTokens: 6, prompt: "a photo of"),
            beams, samples, sampledBeams,
        ]
    }()

    /// What linear layers compute in: the same for all, or not.
    static let precisions: [CaptionerOptions] = [
        CaptionerOptions(precision: .float32), CaptionerOptions(precision: .bfloat16),
        CaptionerOptions(precision: .int8),
        CaptionerOptions(
            precision: .int8,
            layerPrecisions: [
                CaptionerOptions.LayerPrecision(part: "qformer", precision: .bfloat16),
                CaptionerOptions.LayerPrecision(part: "lm_head", precision: .float32),
                CaptionerOptions.LayerPrecision(part: "fc2", precision: .bfloat16),
                CaptionerOptions.LayerPrecision(part: "k_proj", precision: .float32),
            ]),
    ]

    /// Every model with all options in each precision, and some of them where precisions are mixed.
    static let cases: [(model: Model, options: Int, precision: Int)] = Model.allCases.flatMap { model in
        options.indices.flatMap { index in
            precisions.indices.filter { $0 < 3 || index % 2 == 0 }.map { (model, index, $0) }
        }
    }

    @Test(arguments: cases)
    func captionsDependOnNothingAround(
        example: (model: Model, options: Int, precision: Int)
    ) async throws {
        let (model, index, precision) = example
        let random = model == .random ? try RandomCheckpoint() : nil
        let checkpoint = try random?.url ?? DemoModel.checkpoint()
        let options = Self.options[index]
        let pictures = try FileManager.default.contentsOfDirectory(
            at: Fixtures.pictures, includingPropertiesForKeys: nil
        )
        .filter { ["jpg", "png"].contains($0.pathExtension) }
        .sorted { $0.path < $1.path }
        .enumerated().filter { $0.offset % 6 == 0 }.prefix(34).map(\.element)
        #expect(pictures.count == 34)

        var captionerOptions = Self.precisions[precision]
        func captions(_ pictures: [URL], batchSize: Int, threads: Int) async throws -> [[Caption]] {
            captionerOptions.batchSize = batchSize
            captionerOptions.threadCount = threads
            let captioner = try await Captioner(model: checkpoint, options: captionerOptions)
            var captions: [[Caption]] = []
            for try await outcome in captioner.captions(for: pictures.map { .file($0) }, options: options) {
                captions.append(try outcome.captions.get())
            }
            return captions
        }
        let alone = try await captions(pictures, batchSize: 1, threads: 1)
        #expect(Set(alone.map(\.[0].score)).count > 10)
        #expect(alone.allSatisfy { $0.count == options.numReturnSequences })
        var shuffling = SplitMix64(seed: UInt64(index))
        for (batchSize, threads) in [(2, 1), (7, 2), (16, 1), (33, 2), (33, 1), (1, 2)] {
            // Another order each time, so that a picture meets others at other places.
            let order = pictures.indices.shuffled(using: &shuffling)
            let found = try await captions(order.map { pictures[$0] }, batchSize: batchSize, threads: threads)
            for (place, picture) in order.enumerated() {
                let isEqual =
                    found[place].count == alone[picture].count
                    && zip(found[place], alone[picture]).allSatisfy { found, alone in
                        found.tokenIDs == alone.tokenIDs && found.score.bitPattern == alone.score.bitPattern
                            && found.logProbability.bitPattern == alone.logProbability.bitPattern
                    }
                #expect(
                    isEqual,
                    "\(pictures[picture].lastPathComponent), batch \(batchSize), \(threads) threads")
            }
        }
    }
}
