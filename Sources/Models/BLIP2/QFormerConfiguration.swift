/// The Q-Former's part of `config.json`; defaults as `Blip2QFormerConfig`.
package struct QFormerConfiguration: Sendable {
    /// D, the width of a query.
    package let width: Int
    /// F, the width inside the feed-forward.
    package let feedForwardWidth: Int
    package let layerCount: Int
    package let headCount: Int
    package let layerNormEpsilon: Float
    /// The interval of the layers with cross-attention to the image tokens, of which the first layer is one.
    package let crossAttentionFrequency: Int
    /// The width of the image tokens; transformers takes the vision tower's, whatever the file says.
    package let encoderWidth: Int

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    init(_ reader: ConfigurationReader, encoderWidth: Int) throws(ModelError) {
        try reader.require("hidden_act", "gelu")
        try reader.require("use_qformer_text_input", false)
        width = try reader.size("hidden_size", default: 768)
        feedForwardWidth = try reader.size("intermediate_size", default: 3072)
        layerCount = try reader.size("num_hidden_layers", default: 12, atMost: 1024)
        crossAttentionFrequency = try reader.size("cross_attention_frequency", default: 2, atMost: 1024)
        headCount = try reader.heads("num_attention_heads", default: 12, width: width)
        layerNormEpsilon = try reader.epsilon("layer_norm_eps", default: 1e-12)
        self.encoderWidth = encoderWidth
    }
}
