/// The sizes of an EVA vision transformer; defaults as transformers' `Blip2VisionConfig`.
package struct EVAConfiguration: Sendable {
    /// D, the width of a token.
    package let width: Int
    /// F, the width inside the feed-forward.
    package let feedForwardWidth: Int
    package let layerCount: Int
    package let headCount: Int
    /// Pixels along each side of the square input.
    package let imageSize: Int
    /// Pixels along each side of a patch.
    package let patchSize: Int
    package let layerNormEpsilon: Float
    /// Whether queries and values have a bias.
    package let hasAttentionBias: Bool

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader) throws(ModelError) {
        try reader.require("hidden_act", "gelu")
        width = try reader.size("hidden_size", default: 1408)
        feedForwardWidth = try reader.size("intermediate_size", default: 6144)
        layerCount = try reader.size("num_hidden_layers", default: 39, atMost: 1024)
        imageSize = try reader.size("image_size", default: 224, atMost: 8192)
        patchSize = try reader.size("patch_size", default: 14, atMost: imageSize)
        headCount = try reader.heads("num_attention_heads", default: 16, width: width)
        layerNormEpsilon = try reader.epsilon("layer_norm_eps", default: 1e-6)
        hasAttentionBias = try reader.flag("qkv_bias", default: true)
    }

    /// Patches along one side.
    package var gridSize: Int { imageSize / patchSize }

    /// T, the class token and the patches.
    package var tokenCount: Int { gridSize * gridSize + 1 }
}
