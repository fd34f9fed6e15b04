import CaptionerTensorCore

/// The sizes and switches of a CLIP checkpoint, from `config.json` of Hugging Face or `open_clip_config.json`.
struct CLIPConfiguration: Sendable {
    let vision: CLIPVisionSizes
    let text: CLIPTextSizes
    /// P, the length of an embedding.
    let embeddingWidth: Int
    /// Whether tensors have the names and layouts of open_clip.
    let isOpenCLIP: Bool
    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    init(_ reader: ConfigurationReader) throws(ModelError) {
        isOpenCLIP = try ModelKind(reader).isOpenCLIP
        if isOpenCLIP {
            let model = try reader.object("model_cfg")
            try model.requireOpenCLIP()
            embeddingWidth = try model.size("embed_dim", default: 512)
            let sizes = try model.openCLIPSizes(model.flag("quick_gelu", default: false) ? .quickGELU : .gelu)
            (vision, text) = (sizes.vision, sizes.text)
        } else {
            embeddingWidth = try reader.size("projection_dim", default: 512)
            vision = try CLIPVisionSizes(Self.tower("vision_config", of: reader))
            let textReader = try Self.tower("text_config", of: reader)
            let vocabularySize = try textReader.size("vocab_size", default: 49408, atMost: 1 << 24)
            let end = try textReader.integer("eos_token_id") ?? 49407
            text = CLIPTextSizes(
                tower: try CLIPTowerSizes(textReader, width: 512, feedForwardWidth: 2048, headCount: 8),
                vocabularySize: vocabularySize,
                contextLength: try textReader.size("max_position_embeddings", default: 77),
                // Files from before transformers 4.31 say 2, whatever the end token is; it then has the largest id.
                endTokenID: end == 2 ? nil : end)
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
}
