import CaptionerTensorCore

/// The sizes and switches of an MGM checkpoint, from its `config.json`.
struct MGMConfiguration: Sendable {
    let text: GemmaConfiguration
    /// Pixels along each side of the images that the model is given, which its convolutional tower sees.
    let imageSize: Int
    /// Whether images are padded to squares before they are scaled, rather than cropped afterwards.
    let padsImages: Bool
    /// Which hidden state of the vision transformer counts, from the end: -2 is the one before the last layer.
    let selectedLayer: Int
    /// How many linear layers lead from the towers to the decoder.
    let projectorDepth: Int
    /// D of the vision transformer, and the channels of all stages of the convolutional tower together.
    let visionWidth: Int
    let auxiliaryWidth: Int
    /// The most positions that a prompt may have; the rest of a longer one is left out.
    let promptLimit: Int

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    init(_ reader: ConfigurationReader) throws(ModelError) {
        text = try GemmaConfiguration(reader)
        imageSize = try reader.size("image_size_aux", default: 768, atMost: 4096)
        let aspectRatio = try reader.text("image_aspect_ratio")
        padsImages = aspectRatio == "pad"
        if let aspectRatio, !["pad", "square"].contains(aspectRatio) {
            throw .unsupported(reader.name("image_aspect_ratio"), found: aspectRatio, supported: "pad or square")
        }
        try reader.require("mm_vision_select_feature", "patch")
        try reader.require("image_grid", 1)
        try reader.require("image_global", false)
        try reader.require("mm_use_im_start_end", false)
        try reader.require("mm_use_im_patch_token", false)
        selectedLayer = try reader.integer("mm_vision_select_layer") ?? -2
        projectorDepth = try Self.projectorDepth(reader)
        visionWidth = try reader.size("mm_hidden_size", default: 1024)
        auxiliaryWidth = try reader.size("mm_hidden_size_aux", default: 2880)
        promptLimit = try reader.size("tokenizer_model_max_length", default: 2048, atMost: 1 << 20)
    }

    /// The depth that `mm_projector_type` says: `linear`, or `mlp2x_gelu` for two layers.
    private static func projectorDepth(_ reader: ConfigurationReader) throws(ModelError) -> Int {
        let type = try reader.text("mm_projector_type") ?? "linear"
        if type == "linear" { return 1 }
        let (start, end) = ("mlp", "x_gelu")
        if type.hasPrefix(start), type.hasSuffix(end), let depth = Int(type.dropFirst(start.count).dropLast(end.count)),
            (1...16).contains(depth)
        {
            return depth
        }
        throw .unsupported(
            reader.name("mm_projector_type"), found: type, supported: "linear or mlp2x_gelu and the like")
    }
}
