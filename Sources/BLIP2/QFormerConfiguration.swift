/// The Q-Former's part of `config.json`; defaults as `Blip2QFormerConfig`.
public struct QFormerConfiguration: Sendable {
    /// D, the width of a query.
    public var width = 768
    /// F, the width inside the feed-forward.
    public var feedForwardWidth = 3072
    public var layerCount = 12
    public var headCount = 12
    public var layerNormEpsilon: Float = 1e-12
    /// Every how many layers the queries look at the image, starting with the first.
    public var crossAttentionFrequency = 2
    /// The width of the image tokens; always the vision transformer's.
    public var encoderWidth = 1408

    public init() {}
}

extension QFormerConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case width = "hidden_size"
        case feedForwardWidth = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case layerNormEpsilon = "layer_norm_eps"
        case crossAttentionFrequency = "cross_attention_frequency"
        case activation = "hidden_act"
        case usesTextInput = "use_qformer_text_input"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.update(&width, .width)
        try container.update(&feedForwardWidth, .feedForwardWidth)
        try container.update(&layerCount, .layerCount)
        try container.update(&headCount, .headCount)
        try container.update(&layerNormEpsilon, .layerNormEpsilon)
        try container.update(&crossAttentionFrequency, .crossAttentionFrequency)
        try container.require("gelu", .activation, "qformer_config.hidden_act")
        try container.require(false, .usesTextInput, "qformer_config.use_qformer_text_input")
        try checkSize(width, "qformer_config.hidden_size")
        try checkSize(feedForwardWidth, "qformer_config.intermediate_size")
        try checkSize(layerCount, "qformer_config.num_hidden_layers", atMost: 1024)
        try checkSize(crossAttentionFrequency, "qformer_config.cross_attention_frequency", atMost: 1024)
        try checkHeads(headCount, width: width, "qformer_config")
        try checkEpsilon(layerNormEpsilon, "qformer_config.layer_norm_eps")
    }
}
