/// The vision transformer's part of `config.json`; defaults as `Blip2VisionConfig`.
public struct VisionConfiguration: Sendable {
    /// D, the width of a token.
    public var width = 1408
    /// F, the width inside the feed-forward.
    public var feedForwardWidth = 6144
    public var layerCount = 39
    public var headCount = 16
    /// Pixels along each side of the square input.
    public var imageSize = 224
    /// Pixels along each side of a patch.
    public var patchSize = 14
    public var layerNormEpsilon: Float = 1e-6
    /// Whether queries and values have a bias.
    public var hasAttentionBias = true

    public init() {}

    /// Patches along one side.
    public var gridSize: Int { imageSize / patchSize }

    /// T, the class token and the patches.
    public var tokenCount: Int { gridSize * gridSize + 1 }
}

extension VisionConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case width = "hidden_size"
        case feedForwardWidth = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case imageSize = "image_size"
        case patchSize = "patch_size"
        case layerNormEpsilon = "layer_norm_eps"
        case hasAttentionBias = "qkv_bias"
        case activation = "hidden_act"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.update(&width, .width)
        try container.update(&feedForwardWidth, .feedForwardWidth)
        try container.update(&layerCount, .layerCount)
        try container.update(&headCount, .headCount)
        try container.update(&imageSize, .imageSize)
        try container.update(&patchSize, .patchSize)
        try container.update(&layerNormEpsilon, .layerNormEpsilon)
        try container.update(&hasAttentionBias, .hasAttentionBias)
        try container.require("gelu", .activation, "vision_config.hidden_act")
        try checkSize(width, "vision_config.hidden_size")
        try checkSize(feedForwardWidth, "vision_config.intermediate_size")
        try checkSize(layerCount, "vision_config.num_hidden_layers", atMost: 1024)
        try checkSize(imageSize, "vision_config.image_size", atMost: 8192)
        try checkSize(patchSize, "vision_config.patch_size", atMost: imageSize)
        try checkHeads(headCount, width: width, "vision_config")
        try checkEpsilon(layerNormEpsilon, "vision_config.layer_norm_eps")
    }
}
