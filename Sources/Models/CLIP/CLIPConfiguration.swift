import CaptionerTensorCore

/// The sizes and switches of a CLIP checkpoint, from `config.json` of Hugging Face or `open_clip_config.json`.
struct CLIPConfiguration: Sendable {
    let vision: CLIPVisionSizes
    let text: CLIPTextSizes
    /// P, the length of an embedding.
    let embeddingWidth: Int
    /// Whether tensors have the names and layouts of open_clip.
    let isOpenCLIP: Bool
    /// For people: "gelu" or "quick_gelu", of the vision and the text tower.
    let activations: (vision: String, text: String)

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    init(_ reader: ConfigurationReader) throws(ModelError) {
        isOpenCLIP = try ModelKind(reader).isOpenCLIP
        if isOpenCLIP {
            let model = try reader.object("model_cfg")
            try model.requireOpenCLIP()
            embeddingWidth = try model.size("embed_dim", default: 512)
            let activation = try model.flag("quick_gelu", default: false) ? "quick_gelu" : "gelu"
            activations = (activation, activation)
            let sizes = try model.openCLIPSizes(Self.activation(named: activation))
            (vision, text) = (sizes.vision, sizes.text)
        } else {
            embeddingWidth = try reader.size("projection_dim", default: 512)
            let (visionReader, textReader) = (
                try Self.tower("vision_config", of: reader), try Self.tower("text_config", of: reader)
            )
            let (visionTower, visionActivation) = try Self.tower(
                visionReader, width: 768, feedForwardWidth: 3072, headCount: 12)
            let imageSize = try visionReader.size("image_size", default: 224, atMost: 8192)
            try visionReader.require("num_channels", 3)
            vision = CLIPVisionSizes(
                tower: visionTower, imageSize: imageSize,
                patchSize: try visionReader.size("patch_size", default: 32, atMost: imageSize))
            let (textTower, textActivation) = try Self.tower(
                textReader, width: 512, feedForwardWidth: 2048, headCount: 8)
            let vocabularySize = try textReader.size("vocab_size", default: 49408, atMost: 1 << 24)
            let end = try textReader.integer("eos_token_id") ?? 49407
            text = CLIPTextSizes(
                tower: textTower, vocabularySize: vocabularySize,
                contextLength: try textReader.size("max_position_embeddings", default: 77),
                // Files from before transformers 4.31 say 2, whatever the end token is; it then has the largest id.
                endTokenID: end == 2 ? nil : end)
            activations = (visionActivation, textActivation)
        }
    }

    /// What describes a tower. Old files have it twice, and then what transformers takes is the second, with the defaults of
    /// the class for all that is not in it, whatever the first says.
    private static func tower(
        _ key: String, of reader: ConfigurationReader
    ) throws(ModelError) -> ConfigurationReader {
        let old = key + "_dict"
        return try reader.object(reader.contains(old) ? old : key)
    }

    /// The sizes that both towers have; defaults as transformers' `CLIPTextConfig` and `CLIPVisionConfig`.
    private static func tower(
        _ reader: ConfigurationReader, width: Int, feedForwardWidth: Int, headCount: Int
    ) throws(ModelError) -> (sizes: CLIPTowerSizes, activation: String) {
        let width = try reader.size("hidden_size", default: width)
        let name = try reader.text("hidden_act") ?? "quick_gelu"
        guard ["gelu", "quick_gelu"].contains(name) else {
            throw .unsupported(reader.name("hidden_act"), found: name, supported: "gelu or quick_gelu")
        }
        let sizes = CLIPTowerSizes(
            width: width, feedForwardWidth: try reader.size("intermediate_size", default: feedForwardWidth),
            layerCount: try reader.size("num_hidden_layers", default: 12, atMost: 1024),
            headCount: try reader.heads("num_attention_heads", default: headCount, width: width),
            activation: activation(named: name),
            layerNormEpsilon: try reader.epsilon("layer_norm_eps", default: 1e-5))
        return (sizes, name)
    }

    private static func activation(named name: String) -> Activation { name == "gelu" ? .gelu : .quickGELU }
}
