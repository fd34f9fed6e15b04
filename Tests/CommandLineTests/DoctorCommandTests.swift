import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct DoctorCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs it with caches in the test's folder alone.
    private func doctor(_ arguments: [String] = [], _ variables: [String: String] = [:]) throws
        -> CommandLineTool.Result
    {
        let empty = ["HF_HOME", "XDG_CACHE_HOME", "TRANSFORMERS_CACHE", "CAPTIONER_KERNELS"].map { ($0, "") }
        let caches = [("HF_HUB_CACHE", folder.path("hub")), ("MODELSCOPE_CACHE", folder.path("scope"))]
        return try CommandLineTool.run(
            ["doctor"] + arguments, in: folder.url,
            environment: Dictionary(uniqueKeysWithValues: empty + caches).merging(variables) { $1 })
    }

    private func document(_ arguments: [String] = []) throws -> [String: Any] {
        let result = try doctor(arguments + ["--json"])
        #expect(result.status == 0)
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    @Test func saysWhatComputesAndWhy() throws {
        let result = try doctor()
        #expect(result.status == 0 && result.errors == "")
        let best = try #require(Captioner.availableKernels.first)
        #expect(result.output.contains("kernels    \(best): "))
        #expect(result.output.contains("the fastest that this processor can run"))
        #expect(result.output.contains("threads    \(Captioner.Options.defaultThreadCount): "))
        #expect(result.output.contains("demo model: f32 "))
        #expect(result.output.contains("demo CLIP: f32 "))
        // Which of the others are read depends on the package traits.
        #expect(result.output.contains("images     JPEG, PNG, GIF, BMP") && result.output.contains("WebP"))
        for name in ["AVIF", "TIFF", "HEIC"] { #expect(result.output.contains(name)) }
        #expect(result.output.hasSuffix("verdict    nothing essential is missing\n"))
        // A screen.
        #expect(result.lines.count <= 30, "\(result.output)")
    }

    @Test func kernelsThatCannotRunAreEssential() throws {
        let result = try doctor([], ["CAPTIONER_KERNELS": "abacus"])
        #expect(result.status == 1)
        #expect(result.output.contains("verdict    no model can run: "))
        #expect(result.output.contains("abacus"))
        let portable = try doctor([], ["CAPTIONER_KERNELS": "avx0"])
        #expect(portable.status == 1)
    }

    @Test func modelsInCachesAreFound() throws {
        try folder.copy(DemoModel.checkpoint(), as: "hub/models--some--blip2/snapshots/1234")
        try folder.copy(DemoModel.encoder(), as: "scope/models/other/clip___1")
        try folder.write(#"{"model_type": "bert"}"#, as: "hub/models--a--bert/snapshots/5/config.json")
        try folder.write("x", as: "hub/models--broken/refs/main")
        let models = try #require(try document()["models"] as? [[String: Any]])
        #expect(
            models.compactMap { $0["name"] as? String } == [
                "demo model", "demo CLIP", "a/bert", "other/clip.1", "some/blip2",
            ])
        let architectures = models.map { $0["architecture"] as? String }
        #expect(
            architectures == [
                "Blip2ForConditionalGeneration", "CLIPModel", nil, "CLIPModel", "Blip2ForConditionalGeneration",
            ])
        #expect(models.map { $0["is_complete"] as? Bool } == [true, true, false, true, true])
        let sizes = try #require(models[4]["weight_bytes"] as? [String: Int])
        let (f32, bf16, int8) = (sizes["f32"] ?? 0, sizes["bf16"] ?? 0, sizes["int8"] ?? 0)
        #expect(f32 > bf16 && bf16 > int8 && int8 > 0)
        let text = try doctor().output
        #expect(text.contains("some/blip2: f32 ") && text.contains("1 that cannot be used here, such as a/bert"))
        #expect(text.contains("HF_HUB_CACHE=\(folder.path("hub"))"))
    }

    @Test func modelsCanBeNamed() throws {
        let packed = folder.path("packed")
        let packing = try CommandLineTool.run([
            "pack", DemoModel.checkpoint().path, "-o", packed, "--precision", "int8",
        ])
        #expect(packing.status == 0, "\(packing.errors)")
        let models = try #require(try document([packed])["models"] as? [[String: Any]])
        let sizes = try #require(models.last?["weight_bytes"] as? [String: Int])
        let file = try FileManager.default.attributesOfItem(atPath: "\(packed)/packed.safetensors")[.size] as? Int
        // All but the header of the file is used where it is mapped.
        #expect(sizes.keys.sorted() == ["int8"])
        let bytes = try #require(sizes["int8"]), fileSize = try #require(file)
        #expect(bytes <= fileSize && bytes > fileSize / 2)
        #expect(try doctor(["no/such-model"]).status == 1)
    }

    @Test func theDocumentHasTheSameSections() throws {
        let document = try document()
        for key in ["processor", "kernels", "blas", "threads", "memory", "image_formats", "model_places", "models"] {
            #expect(document[key] != nil, "\(key)")
        }
        let threads = try #require(document["threads"] as? [String: Any])
        #expect(threads["default_count"] as? Int == Captioner.Options.defaultThreadCount)
    }
}
