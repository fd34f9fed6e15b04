/// The sizes of an EVA vision transformer.
package struct EVAConfiguration: Sendable {
    /// What a file leaves out.
    package struct Defaults: Sendable {
        let width: Int
        let feedForwardWidth: Int
        let layerCount: Int
        let headCount: Int
        let imageSize: Int
        let patchSize: Int
        let layerNormEpsilon: Float

        package init(
            width: Int, feedForwardWidth: Int, layerCount: Int, headCount: Int, imageSize: Int, patchSize: Int,
            layerNormEpsilon: Float
        ) {
            self.width = width
            self.feedForwardWidth = feedForwardWidth
            self.layerCount = layerCount
            self.headCount = headCount
            self.imageSize = imageSize
            self.patchSize = patchSize
            self.layerNormEpsilon = layerNormEpsilon
        }
    }

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
    package init(_ reader: ConfigurationReader, default standard: Defaults) throws(ModelError) {
        try reader.require("hidden_act", "gelu")
        width = try reader.size("hidden_size", default: standard.width)
        feedForwardWidth = try reader.size("intermediate_size", default: standard.feedForwardWidth)
        layerCount = try reader.size("num_hidden_layers", default: standard.layerCount, atMost: 1024)
        imageSize = try reader.size("image_size", default: standard.imageSize, atMost: 8192)
        patchSize = try reader.size("patch_size", default: standard.patchSize, atMost: imageSize)
        headCount = try reader.heads("num_attention_heads", default: standard.headCount, width: width)
        layerNormEpsilon = try reader.epsilon("layer_norm_eps", default: standard.layerNormEpsilon)
        hasAttentionBias = try reader.flag("qkv_bias", default: true)
    }

    /// Patches along one side.
    package var gridSize: Int { imageSize / patchSize }

    /// T, the class token and the patches.
    package var tokenCount: Int { gridSize * gridSize + 1 }

    /// What `inspect` says of it.
    package var fact: ModelFact {
        ModelFact(
            "vision",
            [
                "\(layerCount) layers of width \(width), \(headCount) heads, feed-forward \(feedForwardWidth), "
                    + "layer norm epsilon \(layerNormEpsilon)",
                "\(imageSize) x \(imageSize) pixels in patches of \(patchSize), \(tokenCount) tokens",
            ],
            [
                "num_hidden_layers": .integer(layerCount), "hidden_size": .integer(width),
                "num_attention_heads": .integer(headCount), "intermediate_size": .integer(feedForwardWidth),
                "layer_norm_eps": .number(layerNormEpsilon), "image_size": .integer(imageSize),
                "patch_size": .integer(patchSize), "num_tokens": .integer(tokenCount),
            ])
    }
}
