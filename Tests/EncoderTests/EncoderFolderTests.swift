import Captioner
import Foundation
import TestSupport
import Testing

/// What folders of CLIP say, in all forms that there are, and what is rejected by its name.
@Suite struct EncoderFolderTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func copied(_ model: String) throws -> URL {
        try folder.copy(Self.fixtures.appending(path: model), as: "model")
    }

    private func replace(_ part: String, with replacement: String, in file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(part), "\(part)")
        try text.replacing(part, with: replacement).write(to: file, atomically: true, encoding: .utf8)
    }

    private func rejection(_ model: URL) async -> String {
        let error = await #expect(throws: CaptionerError.self) { try await ImageTextEncoder(modelFolder: model) }
        return error.map { "\($0)" } ?? ""
    }

    /// Repositories of laion have both; Hugging Face's go first where their weights are there.
    @Test func ofTwoLayoutsHuggingFacesIsTaken() async throws {
        let model = try copied("new")
        for name in ["open_clip_config.json", "open_clip_model.safetensors"] {
            try FileManager.default.copyItem(
                at: Self.fixtures.appending(path: "openclip/\(name)"), to: model.appending(path: name))
        }
        func embedding(_ model: URL) async throws -> [Float] {
            try await ImageTextEncoder(modelFolder: model).embedding(of: "a cat")
        }
        let (huggingFace, openCLIP) = (
            try await embedding(Self.fixtures.appending(path: "new")),
            try await embedding(Self.fixtures.appending(path: "openclip"))
        )
        #expect(try await embedding(model) == huggingFace && huggingFace != openCLIP)
        try FileManager.default.removeItem(at: model.appending(path: "model.safetensors"))
        #expect(try await embedding(model) == openCLIP)
    }

    @Test(
        arguments: [
            ("chinese_clip", "Chinese CLIP"), ("altclip", "AltCLIP"), ("xclip", "X-CLIP"), ("clipseg", "CLIPSeg"),
            ("metaclip_2", "MetaCLIP 2"), ("siglip", "SigLIP"), ("siglip2", "SigLIP 2"),
            ("vision-text-dual-encoder", "a dual encoder"), ("clip_vision_model", "one tower of CLIP alone"),
            ("clip_text_model", "one tower of CLIP alone"),
        ])
    func relativesOfCLIPAreNamed(type: String, name: String) async throws {
        let model = try copied("new")
        let file = model.appending(path: "config.json")
        try replace("\"model_type\": \"clip\"", with: "\"model_type\": \"\(type)\"", in: file)
        let message = await rejection(model)
        #expect(
            message.contains("this is \(name) (model_type \(type))") && message.contains("only CLIP is"), "\(message)")
    }

    @Test(
        arguments: [
            ("\"patch_size\": 14", "\"patch_size\": 14, \"timm_model_name\": \"convnext_large\"", "timm_model_name"),
            ("\"patch_size\": 14", "\"patch_size\": 14, \"ls_init_value\": 0.1", "ls_init_value"),
            ("\"patch_size\": 14", "\"patch_size\": 14, \"attentional_pool\": true", "attentional_pool"),
            ("\"patch_size\": 14", "\"patch_size\": 14, \"no_ln_pre\": true", "no_ln_pre"),
            ("\"context_length\": 77", "\"context_length\": 77, \"hf_model_name\": \"roberta-base\"", "hf_model_name"),
            ("\"context_length\": 77", "\"context_length\": 77, \"no_causal_mask\": true", "no_causal_mask"),
            ("\"image_size\": 45", "\"image_size\": [45, 59]", "image_size"),
            ("\"resize_mode\": \"shortest\"", "\"resize_mode\": \"crop\"", "resize_mode"),
            ("\"interpolation\": \"bicubic\"", "\"interpolation\": \"nearest\"", "interpolation"),
        ])
    func whatOpenCLIPHasAndThisHasNotIsNamed(part: String, replacement: String, key: String) async throws {
        let model = try copied("openclip")
        try replace(part, with: replacement, in: model.appending(path: "open_clip_config.json"))
        let message = await rejection(model)
        #expect(message.contains(key), "\(message)")
    }

    /// Null is nothing: what is beside it counts.
    @Test func theOldSectionsMayBeNull() async throws {
        let model = try copied("new")
        let expected = try await ImageTextEncoder(modelFolder: model).embedding(of: "a cat")
        try replace(
            "\"projection_dim\": 19",
            with: "\"projection_dim\": 19, \"text_config_dict\": null, \"vision_config_dict\": null",
            in: model.appending(path: "config.json"))
        #expect(try await ImageTextEncoder(modelFolder: model).embedding(of: "a cat") == expected)
    }

    /// Numbers alone, or no file at all, are the sizes of the model.
    @Test func sizesOfImagesHaveManyForms() async throws {
        let model = try copied("new")
        let image = ImageSource.file(Fixtures.pictures.appending(path: "size-500x3.png"))
        let expected = try await ImageTextEncoder(modelFolder: model).embedding(of: image)
        let file = model.appending(path: "preprocessor_config.json")
        for text in [
            #"{"size": 45, "crop_size": 45}"#, #"{"size": {"shortest_edge": 45}, "crop_size": 45}"#,
            #"{"size": 45, "crop_size": {"height": 45, "width": 45}, "do_center_crop": true, "resample": 3}"#,
        ] {
            try text.write(to: file, atomically: true, encoding: .utf8)
            #expect(try await ImageTextEncoder(modelFolder: model).embedding(of: image) == expected, "\(text)")
        }
        try FileManager.default.removeItem(at: file)
        #expect(try await ImageTextEncoder(modelFolder: model).embedding(of: image) == expected)
        for text in [
            #"{"size": {"height": 45, "width": 45}, "crop_size": 45}"#,
            #"{"size": 45, "crop_size": 45, "resample": 2}"#,
            #"{"size": 45, "crop_size": 45, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}"#,
        ] {
            try text.write(to: file, atomically: true, encoding: .utf8)
            #expect(try await ImageTextEncoder(modelFolder: model).embedding(of: image) != expected, "\(text)")
        }
        try #"{"size": 45, "crop_size": {"height": 45, "width": 59}}"#.write(
            to: file, atomically: true, encoding: .utf8)
        let message = await rejection(model)
        #expect(message.contains("resized to 45 x 59 pixels, "), "\(message)")
    }
}
