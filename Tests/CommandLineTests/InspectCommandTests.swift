import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// `inspect --json`, for a model of each family.
@Suite(.timeLimit(.minutes(15))) struct InspectCommandTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    private static var models: [(folder: URL, architecture: String, parts: Set<String>)] {
        get throws {
            [
                (try DemoModel.checkpoint(), "Blip2ForConditionalGeneration", ["vision", "q_former", "decoder"]),
                (try DemoModel.encoder(), "CLIPModel", ["vision", "text", "embedding"]),
                (
                    tests.appending(path: "CaptionerTests/Fixtures/mgm/plain/mgm-2b"), "MGMGemmaForCausalLM",
                    ["vision", "convnext", "decoder"]
                ),
            ]
        }
    }

    private func inspect(_ arguments: String...) throws -> (status: Int32, information: ModelInformation, text: String)
    {
        let result = try CommandLineTool.run(["inspect"] + arguments + ["--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (result.status, try decoder.decode(ModelInformation.self, from: Data(result.output.utf8)), result.output)
    }

    @Test func aDocumentForEachFamily() throws {
        for (folder, architecture, parts) in try Self.models {
            let (status, information, _) = try inspect(folder.path)
            #expect(status == 0)
            #expect(information.isComplete && information.architecture == architecture)
            #expect(Set(information.parts.keys) == parts)
            #expect(information.tokenizerError == nil && information.tokenizerSize ?? 0 > 0)
            #expect(information.tensors.missing.isEmpty && information.parameters > 0 && information.packing == nil)
            // The lines say the same.
            let lines = try CommandLineTool.run(["inspect", folder.path]).output
            #expect(lines.contains("architecture  \(architecture)\n"))
            #expect(lines.contains("parameters    \(information.parameters)\n"))
            #expect(lines.contains("tensors       \(information.tensors.count) in \(information.tensors.bytes) bytes"))
        }
    }

    @Test func valuesHaveTheNamesOfTheConfiguration() throws {
        let (_, information, text) = try inspect(DemoModel.checkpoint().path)
        let file = try DemoModel.checkpoint().appending(path: "config.json")
        let configuration = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let vision = try #require(configuration["vision_config"] as? [String: Any])
        for name in ["hidden_size", "num_hidden_layers", "image_size", "patch_size"] {
            let value = try #require(vision[name] as? Int)
            #expect(information.parts["vision"]?[name] == .integer(value), "\(name)")
            #expect(text.contains("\"\(name)\" : \(value)"), "\(name)")
        }
    }

    @Test func packedModelsSayHow() throws {
        let folder = try TemporaryFolder()
        let packed = folder.path("packed")
        let packing = try CommandLineTool.run([
            "pack", DemoModel.checkpoint().path, "-o", packed, "--precision", "int8", "--layer-precision",
            "lm_head=bf16",
        ])
        #expect(packing.status == 0, "\(packing.errors)")
        let information = try inspect(packed).information
        #expect(information.packing?.precision == "int8" && information.packing?.source == "checkpoint")
        #expect(information.packing?.layerPrecisions.map { [$0.part, $0.precision] } == [["lm_head", "bf16"]])
    }

    @Test func whatIsMissingIsListedAndGivesTheStatus() throws {
        let folder = try TemporaryFolder()
        let model = try folder.copy(DemoModel.checkpoint(), as: "model")
        let file = model.appending(path: "config.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let layers = try #require(text.firstMatch(of: /"num_hidden_layers": ([0-9]+)/))
        try Data(
            text.replacing("\"num_hidden_layers\": \(layers.1)", with: "\"num_hidden_layers\": 9").utf8
        ).write(to: file)
        try FileManager.default.removeItem(at: model.appending(path: "tokenizer.json"))
        try FileManager.default.removeItem(at: model.appending(path: "merges.txt"))
        let (status, information, _) = try inspect(model.path)
        #expect(status == 2)
        #expect(!information.isComplete && information.tokenizerSize == nil && information.tokenizerError != nil)
        let missing = try #require(information.tensors.missing.first)
        #expect(missing.name.contains(".layer") && !missing.expectedShape.isEmpty)
    }
}
