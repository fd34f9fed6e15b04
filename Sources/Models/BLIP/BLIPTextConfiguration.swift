/// The text stack's part of `config.json`; defaults as transformers' `BlipTextConfig`.
package struct BLIPTextConfiguration: Sendable {
    /// V, the rows of the embedding table.
    package var vocabularySize: Int
    /// D, the width of a position.
    package let width: Int
    /// F, the width inside the feed-forward.
    package let feedForwardWidth: Int
    package let layerCount: Int
    package let headCount: Int
    /// The most positions.
    package let contextLength: Int
    package let layerNormEpsilon: Float
    /// The token that captions begin with. No tokenizer has it.
    package let beginTokenID: Int
    /// The token that ends a caption. `eos_token_id` ends none: it is an unused entry of the vocabulary.
    package let separatorTokenID: Int

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    init(_ reader: ConfigurationReader) throws(ModelError) {
        try reader.require("hidden_act", "gelu")
        // Without it, layers have no attention over images.
        try reader.require("is_decoder", true)
        try reader.require("tie_word_embeddings", true)
        vocabularySize = try reader.size("vocab_size", default: 30524, atMost: 1 << 24)
        width = try reader.size("hidden_size", default: 768)
        feedForwardWidth = try reader.size("intermediate_size", default: 3072)
        layerCount = try reader.size("num_hidden_layers", default: 12, atMost: 1024)
        headCount = try reader.heads("num_attention_heads", default: 8, width: width)
        contextLength = try reader.size("max_position_embeddings", default: 512, atMost: 1 << 20)
        layerNormEpsilon = try reader.epsilon("layer_norm_eps", default: 1e-12)
        beginTokenID = try reader.integer("bos_token_id") ?? 30522
        separatorTokenID = try reader.integer("sep_token_id") ?? 102
        for (key, id) in [("bos_token_id", beginTokenID), ("sep_token_id", separatorTokenID)]
        where !(0..<vocabularySize).contains(id) {
            throw .invalid(reader.name(key), found: "\(id)", expected: "a token id")
        }
    }

    /// What `inspect` says of a stack of this size.
    func fact(_ name: String) -> ModelFact {
        ModelFact(
            name,
            [
                "BERT with cross-attention, \(layerCount) layers of width \(width), \(headCount) heads, "
                    + "feed-forward \(feedForwardWidth)",
                "vocabulary \(vocabularySize), context \(contextLength), end token \(separatorTokenID)",
            ],
            [
                "model_type": .text("blip_text_model"), "num_hidden_layers": .integer(layerCount),
                "hidden_size": .integer(width), "num_attention_heads": .integer(headCount),
                "intermediate_size": .integer(feedForwardWidth), "vocab_size": .integer(vocabularySize),
                "max_position_embeddings": .integer(contextLength), "sep_token_id": .integer(separatorTokenID),
            ])
    }
}
