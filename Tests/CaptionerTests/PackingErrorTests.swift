import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// What the library says where it cannot pack, or cannot do with a packed model what it is asked for.
@Suite(.timeLimit(.minutes(45))) struct PackingErrorTests {
    private let folder: TemporaryFolder
    private var target: URL { folder.url.appendingPathComponent("packed") }

    init() throws { folder = try TemporaryFolder() }

    private func packing(
        _ model: URL, _ precision: Captioner.Precision = .int8,
        _ layers: [(String, Captioner.Precision)] = []
    ) async throws -> CaptionerError {
        try await #require(throws: CaptionerError.self) {
            _ = try await Captioner.pack(
                modelFolder: model, to: target, precision: precision,
                layerPrecisions: layers.map { Captioner.LayerPrecision(part: $0.0, precision: $0.1) })
        }
    }

    @Test func optionsThatMakeNoSense() async throws {
        let model = try DemoModel.checkpoint()
        for precision in [Captioner.Precision.float32, .automatic] {
            #expect(
                try await packing(model, precision)
                    == .invalidOption(
                        "precision is \(precision.rawValue), and packed is bf16 or int8", option: "precision"))
        }
        for part in ["a,b", "a=b"] {
            #expect(
                try await packing(model, .int8, [(part, .bfloat16)])
                    == .invalidOption(
                        "layerPrecisions has \"\(part)\", which is no part of a layer's name", option: "layerPrecisions"
                    ))
        }
        #expect("\(try await packing(model, .int8, [("", .bfloat16)]))".contains("layerPrecisions"))
        #expect("\(try await packing(model, .int8, [("lm_head", .automatic)]))".contains("auto for \"lm_head\""))
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    /// A part of a name that no layer has is a slip of the pen, which would otherwise pack what was not asked for.
    @Test(arguments: ["qfromer", "vision", "decoder.layers.99", "embed_tokens"])
    func layersThatAreNotThere(part: String) async throws {
        let model = try DemoModel.checkpoint()
        let expected = """
            no linear layer has "\(part)" in its name; they are called language_model.lm_head, \
            vision_model.encoder.layers.4.self_attn.qkv and the like
            """
        #expect(
            try await packing(model, .int8, [("lm_head", .bfloat16), (part, .bfloat16)])
                == .invalidOption(expected, option: "layerPrecisions"))
        #expect(!FileManager.default.fileExists(atPath: target.path))
        let options = Captioner.Options(
            precision: .float32, layerPrecisions: [Captioner.LayerPrecision(part: part, precision: .int8)])
        await #expect(throws: CaptionerError.invalidOption(expected, option: "layerPrecisions")) {
            try await Captioner(modelFolder: model, options: options)
        }
    }

    @Test func modelsThatCannotCaptionAreNotPacked() async throws {
        let model = try folder.copy(DemoModel.checkpoint(), as: "model")
        try edit("processor_config.json", in: model) { $0["image_processor", "do_resize"] = false }
        #expect("\(try await packing(model))".contains("do_resize"))
        for name in ["tokenizer.json", "vocab.json"] { try remove(name, in: model) }
        #expect("\(try await packing(model))".contains("cannot load the model"))
        try edit("config.json", in: model) { $0["vision_config", "num_hidden_layers"] = 6 }
        #expect("\(try await packing(model))".contains("vision_model.encoder.layers.5.layer_norm1.weight is missing"))
        #expect("\(try await packing(folder.url.appendingPathComponent("nowhere")))".contains(folder.path("nowhere")))
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    @Test func foldersThatCannotBeWritten() async throws {
        try folder.write("mine", as: "packed/notes.txt")
        #expect(
            try await packing(DemoModel.checkpoint())
                == .unusableOutput(
                    file: target.path, cause: "it is not empty; name a folder that is not there yet"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == ["notes.txt"])
    }

    /// Wherever it is when it is cancelled, the folder is taken away again, and those that were made on the way to it.
    @Test(arguments: [0, 0.3, 0.9]) func packingThatIsCancelledLeavesNothing(share: Double) async throws {
        let folder = try TemporaryFolder()
        let model = try DemoModel.checkpoint()
        let task = Task {
            if share == 0 { withUnsafeCurrentTask { $0?.cancel() } }
            _ = try await Captioner.pack(
                modelFolder: model, to: folder.url.appendingPathComponent("on/the/way"), precision: .int8
            ) { done in
                if done >= share { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
    }

    @Test func whatIsPackedIsNotPackedAgain() async throws {
        let first = folder.url.appendingPathComponent("first")
        _ = try await Captioner.pack(modelFolder: DemoModel.checkpoint(), to: first, precision: .bfloat16)
        #expect(
            "\(try await packing(first))"
                == "cannot load the model: \(first.path): this is packed already; pack the original checkpoint")
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    /// A packed model is asked for what it is not: the message says what it is, and what to use.
    @Test func anotherPrecisionThanWasPacked() async throws {
        let model = try folder.copy(DemoModel.checkpoint(), as: "my-model")
        typealias Layer = Captioner.LayerPrecision
        let head = Layer(part: "lm_head", precision: .bfloat16)
        _ = try await Captioner.pack(modelFolder: model, to: target, precision: .int8, layerPrecisions: [head])
        let wishes = [
            Captioner.Options(precision: .float32), Captioner.Options(precision: .bfloat16),
            Captioner.Options(layerPrecisions: [Layer(part: "lm_head", precision: .int8)]),
            Captioner.Options(precision: .int8, layerPrecisions: [Layer(part: "qformer", precision: .bfloat16)]),
            Captioner.Options(layerPrecisions: [head, head]),
        ]
        for options in wishes {
            let error = await #expect(throws: CaptionerError.self) {
                try await Captioner(modelFolder: target, options: options)
            }
            #expect(
                error.map { "\($0)" } == """
                    cannot load the model in \(target.path): it is packed in int8, lm_head in bf16, and can be had in \
                    nothing else; use the original checkpoint, my-model, or pack that again
                    """)
        }
    }

    @Test func anUnknownOriginalIsNotNamed() async throws {
        _ = try await Captioner.pack(modelFolder: DemoModel.checkpoint(), to: target, precision: .bfloat16)
        let file = target.appendingPathComponent("packed.safetensors")
        var edit = try SafetensorsEdit(file)
        edit.metadata?["source"] = nil
        try edit.write(to: file)
        let error = await #expect(throws: CaptionerError.self) {
            try await Captioner(modelFolder: target, options: Captioner.Options(precision: .int8))
        }
        #expect(
            error.map { "\($0)" } == """
                cannot load the model in \(target.path): it is packed in bf16, and can be had in nothing else; use the \
                original checkpoint or pack that again
                """)
    }

    @Test func inspectReportsWhatIsPacked() async throws {
        let model = try folder.copy(DemoModel.checkpoint(), as: "my-model")
        let head = Captioner.LayerPrecision(part: "lm_head", precision: .bfloat16)
        _ = try await Captioner.pack(modelFolder: model, to: target, precision: .int8, layerPrecisions: [head])
        let summary = try ModelSummary(modelFolder: target)
        #expect(summary.isComplete)
        #expect(
            "\(summary)".contains(
                "packed        in int8, lm_head bf16, format version 1, from my-model by captioner \(Captioner.version)"
            ))
        // The table is there twice, for embedding and for the head, and counts once.
        func line(_ summary: ModelSummary) -> String? {
            "\(summary)".split(separator: "\n").first { $0.hasPrefix("parameters") }.map(String.init)
        }
        #expect(try line(summary) == line(ModelSummary(modelFolder: model)))
        #expect(line(summary) != nil)
        #expect("\(try ModelSummary(modelFolder: model))".contains("packed        no"))

        let file = target.appendingPathComponent("packed.safetensors")
        var edit = try SafetensorsEdit(file)
        edit.tensors["language_projection.weight.sums"] = nil
        edit.tensors["language_projection.weight"]?.dtype = "U8"
        try edit.write(to: file)
        let damaged = try ModelSummary(modelFolder: target)
        #expect(!damaged.isComplete)
        #expect("\(damaged)".contains("missing       language_projection.weight.sums, expected [192]"))
        #expect("\(damaged)".contains("unsupported   language_projection.weight, dtype U8, expected I8"))
    }
}
