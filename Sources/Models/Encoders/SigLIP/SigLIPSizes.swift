import CaptionerTensorCore

/// The sizes of a SigLIP vision tower.
package struct SigLIPSizes: Sendable {
    package let tower: CLIPTowerSizes
    /// Pixels along each side of the square input.
    package let imageSize: Int
    /// Pixels along each side of a patch.
    package let patchSize: Int

    /// - Parameter standard: what a file leaves out: width, feed-forward, layers, heads, image and patch.
    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(
        _ reader: ConfigurationReader,
        default standard: (width: Int, inner: Int, layers: Int, heads: Int, imageSize: Int, patchSize: Int)
    ) throws(ModelError) {
        try reader.require("hidden_act", "gelu_pytorch_tanh")
        try reader.require("num_channels", 3)
        let width = try reader.size("hidden_size", default: standard.width)
        tower = CLIPTowerSizes(
            width: width, feedForwardWidth: try reader.size("intermediate_size", default: standard.inner),
            layerCount: try reader.size("num_hidden_layers", default: standard.layers, atMost: 1024),
            headCount: try reader.heads("num_attention_heads", default: standard.heads, width: width),
            activation: .tanhGELU, layerNormEpsilon: try reader.epsilon("layer_norm_eps", default: 1e-6))
        imageSize = try reader.size("image_size", default: standard.imageSize, atMost: 8192)
        patchSize = try reader.size("patch_size", default: standard.patchSize, atMost: imageSize)
    }

    /// Patches along one side.
    package var gridSize: Int { imageSize / patchSize }

    /// T, the patches.
    package var tokenCount: Int { gridSize * gridSize }

    /// What `inspect` says of it.
    package var fact: ModelFact {
        ModelFact(
            "vision",
            [
                tower.description,
                "\(imageSize) x \(imageSize) pixels in patches of \(patchSize), \(tokenCount) tokens",
            ],
            tower.values.merging([
                "image_size": .integer(imageSize), "patch_size": .integer(patchSize),
                "num_tokens": .integer(tokenCount),
            ]) { $1 })
    }
}
