import Generation

/// The language model's part of `config.json`; defaults as `OPTConfig`.
public struct OPTConfiguration: Sendable {
    /// V, the rows of the embedding table. Rows beyond the tokenizer's entries are padding, but live logits.
    public var vocabularySize = 50272
    /// D, the width of a position.
    public var width = 768
    /// F, the width inside the feed-forward.
    public var feedForwardWidth = 3072
    public var layerCount = 12
    public var headCount = 12
    /// The most positions, image and prompt included.
    public var contextLength = 2048
    /// The token that text begins with, after the image.
    public var beginTokenID = 2
    /// The tokens that end a text.
    public var endTokenIDs = [2]
    /// Whether the output layer is the embedding table.
    public var tiesWordEmbeddings = true

    public init() {}
}

extension OPTConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case vocabularySize = "vocab_size"
        case width = "hidden_size"
        case feedForwardWidth = "ffn_dim"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case contextLength = "max_position_embeddings"
        case beginTokenID = "bos_token_id"
        case endTokenIDs = "eos_token_id"
        case tiesWordEmbeddings = "tie_word_embeddings"
        case activation = "activation_function"
        case embeddingWidth = "word_embed_proj_dim"
        case normalizesFirst = "do_layer_norm_before"
        case lacksFinalLayerNorm = "_remove_final_layer_norm"
        case hasBias = "enable_bias"
        case layerNormHasWeights = "layer_norm_elementwise_affine"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.require("opt", .modelType, "text_config.model_type")
        try container.update(&vocabularySize, .vocabularySize)
        try container.update(&width, .width)
        try container.update(&feedForwardWidth, .feedForwardWidth)
        try container.update(&layerCount, .layerCount)
        try container.update(&headCount, .headCount)
        try container.update(&contextLength, .contextLength)
        try container.update(&beginTokenID, .beginTokenID)
        try container.update(&tiesWordEmbeddings, .tiesWordEmbeddings)
        if let id = try? container.decode(Int.self, forKey: .endTokenIDs) {
            endTokenIDs = [id]
        } else {
            try container.update(&endTokenIDs, .endTokenIDs)
        }
        try container.require("relu", .activation, "text_config.activation_function")
        try container.require(true, .normalizesFirst, "text_config.do_layer_norm_before")
        try container.require(false, .lacksFinalLayerNorm, "text_config._remove_final_layer_norm")
        try container.require(true, .hasBias, "text_config.enable_bias")
        try container.require(true, .layerNormHasWeights, "text_config.layer_norm_elementwise_affine")
        try checkSize(vocabularySize, "text_config.vocab_size", atMost: 1 << 24)
        try checkSize(width, "text_config.hidden_size")
        try checkSize(feedForwardWidth, "text_config.ffn_dim")
        try container.require(width, .embeddingWidth, "text_config.word_embed_proj_dim")
        try checkSize(layerCount, "text_config.num_hidden_layers", atMost: 1024)
        try checkSize(contextLength, "text_config.max_position_embeddings", atMost: 1 << 20)
        try checkHeads(headCount, width: width, "text_config")
        guard (0..<vocabularySize).contains(beginTokenID) else {
            throw BLIP2Error.invalid("text_config.bos_token_id", found: "\(beginTokenID)", expected: "a token id")
        }
    }
}

extension OPTConfiguration {
    /// Checks that a text can begin with these tokens.
    /// - Parameters:
    ///   - prompt: token ids, begin token included.
    ///   - prefixLength: the positions that the image takes.
    /// - Throws: `GenerationError.promptTooLong` if there is no position for all of them, `.unknownToken` if one is not
    ///   in the table.
    func check(_ prompt: [Int], after prefixLength: Int) throws {
        let positions = prefixLength + prompt.count
        guard positions <= contextLength else {
            throw GenerationError.promptTooLong(positions: positions, limit: contextLength)
        }
        if let unknown = prompt.first(where: { !(0..<vocabularySize).contains($0) }) {
            throw GenerationError.unknownToken(id: unknown, vocabularySize: vocabularySize)
        }
    }
}
