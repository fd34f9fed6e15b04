/// The sizes of an OPT language model; defaults as transformers' `OPTConfig`.
package struct OPTConfiguration: Sendable {
    /// V, the rows of the embedding table. Rows beyond the tokenizer's entries are padding, but live logits.
    package var vocabularySize: Int
    /// D, the width of a position.
    package let width: Int
    /// F, the width inside the feed-forward.
    package let feedForwardWidth: Int
    package let layerCount: Int
    package let headCount: Int
    /// The most positions, image and prompt included.
    package let contextLength: Int
    /// The token that text begins with, after the image.
    package let beginTokenID: Int
    /// The tokens that end a text.
    package let endTokenIDs: [Int]
    /// Whether the output layer is the embedding table.
    package let tiesWordEmbeddings: Bool

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader) throws(ModelError) {
        try reader.require("model_type", "opt")
        try reader.require("activation_function", "relu")
        try reader.require("do_layer_norm_before", true)
        try reader.require("_remove_final_layer_norm", false)
        try reader.require("enable_bias", true)
        try reader.require("layer_norm_elementwise_affine", true)
        vocabularySize = try reader.size("vocab_size", default: 50272, atMost: 1 << 24)
        width = try reader.size("hidden_size", default: 768)
        try reader.require("word_embed_proj_dim", width)
        feedForwardWidth = try reader.size("ffn_dim", default: 3072)
        layerCount = try reader.size("num_hidden_layers", default: 12, atMost: 1024)
        headCount = try reader.heads("num_attention_heads", default: 12, width: width)
        contextLength = try reader.size("max_position_embeddings", default: 2048, atMost: 1 << 20)
        beginTokenID = try reader.integer("bos_token_id") ?? 2
        endTokenIDs = try reader.integers("eos_token_id", default: [2])
        tiesWordEmbeddings = try reader.flag("tie_word_embeddings", default: true)
        guard (0..<vocabularySize).contains(beginTokenID) else {
            throw .invalid(reader.name("bos_token_id"), found: "\(beginTokenID)", expected: "a token id")
        }
    }
}
