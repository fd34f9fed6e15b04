import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// A packed checkpoint says what its original says at the same precision, bit for bit.
@Suite(.timeLimit(.minutes(45))) struct PackedModelTests {
    /// What is packed, and how.
    struct Packing: Sendable, CustomTestStringConvertible {
        let precision: Captioner.Precision
        let layers: [Captioner.LayerPrecision]

        init(_ precision: Captioner.Precision, _ layers: (String, Captioner.Precision)...) {
            self.precision = precision
            self.layers = layers.map { Captioner.LayerPrecision(part: $0.0, precision: $0.1) }
        }

        var testDescription: String {
            ([precision.rawValue] + layers.map { "\($0.part)=\($0.precision.rawValue)" }).joined(separator: " ")
        }
    }

    enum Model: Sendable, CustomTestStringConvertible {
        case demo
        case random(tied: Bool)
        case fixture(String)

        var testDescription: String {
            switch self {
            case .demo: "demo"
            case .random(let tied): tied ? "random" : "random, untied"
            case .fixture(let name): name
            }
        }
    }

    static let packings = [
        Packing(.int8), Packing(.bfloat16),
        Packing(.int8, ("qformer", .float32), ("lm_head", .bfloat16), ("decoder.layers.0", .bfloat16)),
        Packing(.bfloat16, ("vision_model", .int8), ("lm_head", .float32)),
    ]
    static let models: [Model] = [
        .demo, .random(tied: true), .random(tied: false), .fixture("new-f16-sharded"), .fixture("old-bf16"),
        .fixture("old-f32-sharded"),
    ]

    @Test(arguments: models, packings)
    func saysWhatTheOriginalSays(model: Model, packing: Packing) async throws {
        let random: RandomCheckpoint? =
            if case .random(let tied) = model { try RandomCheckpoint(tied: tied) } else { nil }
        let original =
            switch model {
            case .demo: try DemoModel.checkpoint()
            case .random: try #require(random?.url)
            case .fixture(let name): Fixtures.model(name)
            }
        let folder = try TemporaryFolder()
        let packed = folder.url.appendingPathComponent("packed")
        let result = try await Captioner.pack(
            modelFolder: original, to: packed, precision: packing.precision, layerPrecisions: packing.layers)
        #expect(result.packedBytes > 0 && result.sourceBytes > 0)

        let expected = try await Self.everything(
            original, Captioner.Options(precision: packing.precision, layerPrecisions: packing.layers))
        // A packed model knows by itself what it is, and may be asked for just that.
        #expect(try await Self.everything(packed, Captioner.Options()) == expected)
        let asked = Captioner.Options(threadCount: 1, precision: packing.precision, layerPrecisions: packing.layers)
        #expect(try await Self.everything(packed, asked) == expected)
    }

    /// Which kernels compute makes no difference between the two.
    @Test(arguments: Captioner.availableKernels, [Captioner.Precision.int8, .bfloat16])
    func isTheSameForAllKernels(kernels: String, precision: Captioner.Precision) async throws {
        let folder = try TemporaryFolder()
        let packed = folder.url.appendingPathComponent("packed")
        _ = try await Captioner.pack(modelFolder: DemoModel.checkpoint(), to: packed, precision: precision)
        let options = Captioner.Options(precision: precision, kernels: kernels)
        #expect(
            try await Self.everything(packed, options) == Self.everything(DemoModel.checkpoint(), options))
    }

    /// Rounding changes numbers: what the tests above compare is not float32 in disguise.
    @Test func precisionsDiffer() async throws {
        let model = try DemoModel.checkpoint()
        var found: Set<[UInt32]> = []
        for precision in [Captioner.Precision.float32, .bfloat16, .int8] {
            found.insert(try await Self.everything(model, Captioner.Options(precision: precision)).bits)
        }
        #expect(found.count == 3)
    }

    /// A packed folder needs nothing of its original, and its options are those of the original.
    @Test func theOriginalIsNotNeeded() async throws {
        let folder = try TemporaryFolder()
        let original = try folder.copy(DemoModel.checkpoint(), as: "model")
        let packed = folder.url.appendingPathComponent("deep/down/packed")
        _ = try await Captioner.pack(modelFolder: original, to: packed, precision: .int8)
        try FileManager.default.removeItem(at: original)
        let captioner = try await Captioner(modelFolder: packed)
        #expect(captioner.precision == .int8)
        #expect(captioner.unusedTensors.isEmpty)
        let files = try FileManager.default.contentsOfDirectory(atPath: packed.path)
        let others = try FileManager.default.contentsOfDirectory(atPath: DemoModel.checkpoint().path)
            .filter { !$0.hasSuffix(".safetensors") }
        #expect(Set(files) == Set(others + ["packed.safetensors"]))
    }

    /// All that can be compared to the bit.
    struct Everything: Equatable {
        var texts: [String] = []
        var tokenIDs: [[Int]] = []
        var bits: [UInt32] = []
    }

    private static func everything(_ model: URL, _ options: Captioner.Options) async throws -> Everything {
        let captioner = try await Captioner(modelFolder: model, options: options)
        var beams = Captioner.GenerationOptions(maxNewTokens: 8, prompt: "a photo of")
        beams.numBeams = 3
        beams.numReturnSequences = 2
        var found = Everything()
        for picture in ["easy-vqa-000.png", "scene-000.jpg"] {
            let image = ImageSource.file(Fixtures.pictures.appendingPathComponent(picture))
            for options in [Captioner.GenerationOptions(maxNewTokens: 12), beams] {
                for caption in try await captioner.captionCandidates(for: image, options: options) {
                    found.texts.append(caption.text)
                    found.tokenIDs.append(caption.tokenIDs)
                    found.bits += [caption.logProbability.bitPattern, caption.score.bitPattern]
                }
            }
            let score = try await captioner.logLikelihood(of: "a", for: image)
            found.tokenIDs.append(score.tokenIDs)
            found.bits += score.tokenLogProbabilities.map(\.bitPattern)
        }
        return found
    }
}
