/// The sizes and switches of a BLIP checkpoint, from its `config.json`; defaults as transformers' `BlipConfig`.
package struct BLIPConfiguration: Sendable {
    package let vision: EVAConfiguration
    package let text: BLIPTextConfiguration
    /// The width of the space that images and texts are compared in.
    package let comparedWidth: Int
    /// The architecture that the file names, or its `model_type`.
    let architecture: String

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader) throws(ModelError) {
        let kind = try ModelKind(reader)
        architecture = kind.architectures.first ?? kind.modelType ?? ""
        vision = try EVAConfiguration(
            reader.object("vision_config"),
            default: EVAConfiguration.Defaults(
                width: 768, feedForwardWidth: 3072, layerCount: 12, headCount: 12, imageSize: 384, patchSize: 16,
                layerNormEpsilon: 1e-5))
        text = try BLIPTextConfiguration(reader.object("text_config"))
        comparedWidth = try reader.size("image_text_hidden_size", default: 256)
    }
}
