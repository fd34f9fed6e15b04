/// The sizes and switches of a BLIP-2 checkpoint, from its `config.json`.
///
/// What a file leaves out has the default of transformers' `Blip2Config`, because checkpoints store only what differs
/// from it.
package struct BLIP2Configuration: Sendable {
    package let vision: EVAConfiguration
    package let qFormer: QFormerConfiguration
    package let text: OPTConfiguration
    /// Q, the number of learned queries, which is how many positions an image takes in the decoder.
    package let queryTokenCount: Int
    /// The architecture that the file names, or its `model_type`.
    let architecture: String

    private static let visionDefaults = EVAConfiguration.Defaults(
        width: 1408, feedForwardWidth: 6144, layerCount: 39, headCount: 16, imageSize: 224, patchSize: 14,
        layerNormEpsilon: 1e-6)

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader) throws(ModelError) {
        let kind = try ModelKind(reader)
        architecture = kind.architectures.first ?? kind.modelType ?? ""
        vision = try EVAConfiguration(reader.object("vision_config"), default: Self.visionDefaults)
        qFormer = try QFormerConfiguration(reader.object("qformer_config"), encoderWidth: vision.width)
        text = try OPTConfiguration(reader.object("text_config"))
        queryTokenCount = try reader.size("num_query_tokens", default: 32, atMost: 4096)
    }
}
