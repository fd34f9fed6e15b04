import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// A caption depends on the image, the model and the options, and on nothing else: not on the batch, the threads, the
/// neighbours or the order. Bit by bit, in every precision.
///
/// It runs with the kernels that are chosen for this processor; `CAPTIONER_KERNELS` chooses others.
@Suite(.timeLimit(.minutes(45))) struct DeterminismTests {
    enum Model: CaseIterable {
        case demo
        case random
    }

    /// What the promise is verified for. An option belongs here as soon as there is one.
    static let options: [Captioner.GenerationOptions] = {
        var beams = Captioner.GenerationOptions(maxNewTokens: 6)
        beams.numBeams = 4
        beams.numReturnSequences = 3
        beams.repetitionPenalty = 1.3
        beams.noRepeatNGramSize = 2
        beams.earlyStopping = .never
        beams.lengthPenalty = 0.5
        beams.badWords = ["red"]
        var samples = Captioner.GenerationOptions(maxNewTokens: 6, prompt: "a photo of")
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
            Captioner.GenerationOptions(maxNewTokens: 12),
            Captioner.GenerationOptions(maxNewTokens: 6, minNewTokens: 6, prompt: "a photo of"),
            beams, samples, sampledBeams,
        ]
    }()

    /// What linear layers compute in: the same for all, or not.
    static let precisions: [Captioner.Options] = [
        Captioner.Options(precision: .float32), Captioner.Options(precision: .bfloat16),
        Captioner.Options(precision: .int8),
        Captioner.Options(
            precision: .int8,
            layerPrecisions: [
                Captioner.LayerPrecision(part: "qformer", precision: .bfloat16),
                Captioner.LayerPrecision(part: "lm_head", precision: .float32),
                Captioner.LayerPrecision(part: "fc2", precision: .bfloat16),
                Captioner.LayerPrecision(part: "k_proj", precision: .float32),
            ]),
    ]

    /// Batch sizes and numbers of threads.
    private static let runs = [(2, 1), (7, 2), (16, 1), (33, 2), (33, 1), (1, 2)]

    @Test(arguments: Model.allCases, options.indices)
    func float32CaptionsDependOnNothingAround(model: Model, options index: Int) async throws {
        try await compare(model, options: index, Self.precisions[0], pictures: 34, Self.runs)
    }

    @Test(arguments: Model.allCases, options.indices)
    func captionsInReducedPrecisionDependOnNothingAround(model: Model, options index: Int) async throws {
        for precision in Self.precisions.dropFirst() {
            try await compare(model, options: index, precision, pictures: 34, Self.runs)
        }
    }

    /// The same of all kernels that this processor can run, with fewer images and options.
    @Test(arguments: Captioner.availableKernels, [0, 2])
    func allKernelsKeepIt(kernels: String, options index: Int) async throws {
        for var precision in Self.precisions {
            precision.kernels = kernels
            try await compare(.random, options: index, precision, pictures: 9, [(9, 2), (4, 1)])
        }
    }

    /// Families whose images are attended over, cut into tiles, or seen in both directions.
    @Test(
        arguments: ["blip/plain", "blip/questions", "smolvlm/tiles", "paligemma/second"], precisions.prefix(3).indices)
    func otherFamiliesKeepIt(model: String, precision index: Int) async throws {
        let checkpoint = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(model)")
        for options in [0, 2, 3] {
            try await compare(
                checkpoint, options: options, Self.precisions[index], pictures: 9, [(9, 2), (4, 1), (2, 2)])
        }
    }

    private func compare(
        _ model: Model, options index: Int, _ captionerOptions: Captioner.Options, pictures count: Int,
        _ runs: [(batchSize: Int, threads: Int)]
    ) async throws {
        let random = model == .random ? try RandomCheckpoint() : nil
        let checkpoint = try random?.url ?? DemoModel.checkpoint()
        try await compare(checkpoint, options: index, captionerOptions, pictures: count, runs)
        withExtendedLifetime(random) {}
    }

    private func compare(
        _ checkpoint: URL, options index: Int, _ captionerOptions: Captioner.Options, pictures count: Int,
        _ runs: [(batchSize: Int, threads: Int)]
    ) async throws {
        let options = Self.options[index]
        let pictures = try FileManager.default.contentsOfDirectory(
            at: Fixtures.pictures, includingPropertiesForKeys: nil
        )
        .filter { ["jpg", "png"].contains($0.pathExtension) }
        .sorted { $0.path < $1.path }
        .enumerated().filter { $0.offset % 6 == 0 }.prefix(count).map(\.element)
        #expect(pictures.count == count)
        func captions(_ pictures: [URL], batchSize: Int, threads: Int) async throws -> [[Caption]] {
            var captionerOptions = captionerOptions
            captionerOptions.batchSize = batchSize
            captionerOptions.threadCount = threads
            let captioner = try await Captioner(modelFolder: checkpoint, options: captionerOptions)
            var captions: [[Caption]] = []
            for try await outcome in captioner.captions(for: pictures, options: options) {
                captions.append(try outcome.captions.get())
            }
            return captions
        }

        let alone = try await captions(pictures, batchSize: 1, threads: 1)
        #expect(Set(alone.map(\.[0].score)).count > count / 4)
        #expect(alone.allSatisfy { $0.count == options.numReturnSequences })
        var shuffling = SplitMix64(seed: UInt64(index))
        for (batchSize, threads) in runs {
            // Another order each time, so that an image meets others at other places.
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
                    """
                    \(pictures[picture].lastPathComponent), \(captionerOptions.precision), batch \(batchSize), \
                    \(threads) threads
                    """)
            }
        }
    }
}
