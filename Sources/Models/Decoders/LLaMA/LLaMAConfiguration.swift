import CaptionerTensorCore

/// The sizes of a LLaMA language model; defaults as transformers' `LlamaConfig`.
package struct LLaMAConfiguration: Sendable {
    package let sizes: RotaryDecoderSizes
    package let headCount: Int
    package let keyValueHeadCount: Int

    /// - Parameter tiesWordEmbeddings: whether the output layer is the embedding table, which an object around this one may say.
    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader, tiesWordEmbeddings: Bool) throws(ModelError) {
        try reader.require("attention_bias", false)
        try reader.require("mlp_bias", false)
        try reader.require("hidden_act", "silu")
        let width = try reader.size("hidden_size", default: 4096)
        headCount = try reader.size("num_attention_heads", default: 32, atMost: 4096)
        keyValueHeadCount = try reader.size("num_key_value_heads", default: headCount, atMost: 4096)
        guard headCount % keyValueHeadCount == 0 else {
            throw .invalid(
                reader.name("num_key_value_heads"), found: "\(keyValueHeadCount)",
                expected: "a divisor of num_attention_heads \(headCount)")
        }
        let headSize = try reader.size("head_dim", default: max(width / headCount, 1))
        guard headSize % 2 == 0 else {
            throw .invalid(reader.name("head_dim"), found: "\(headSize)", expected: "an even number")
        }
        sizes = RotaryDecoderSizes(
            vocabularySize: try reader.size("vocab_size", default: 32000, atMost: 1 << 24), width: width,
            feedForwardWidth: try reader.size("intermediate_size", default: 11008),
            layerCount: try reader.size("num_hidden_layers", default: 32, atMost: 1024),
            attention: AttentionSizes(
                .cache, headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize),
            contextLength: try reader.size("max_position_embeddings", default: 2048, atMost: 1 << 20),
            normEpsilon: try reader.epsilon("rms_norm_eps", default: 1e-6), normOffset: 0,
            rotaryBase: try reader.rotaryBase(), activation: .silu, embeddingScale: nil,
            tiesWordEmbeddings: tiesWordEmbeddings)
    }

    /// What `inspect` says of it.
    /// - Parameter endTokenIDs: the tokens that end a text.
    package func fact(endTokenIDs: [Int]) -> ModelFact {
        ModelFact(
            "decoder",
            [
                "LLaMA, \(sizes.layerCount) layers of width \(sizes.width), \(headCount) heads of "
                    + "\(sizes.attention.headSize), \(keyValueHeadCount) of keys and values, "
                    + "feed-forward \(sizes.feedForwardWidth)",
                "vocabulary \(sizes.vocabularySize), context \(sizes.contextLength), end token "
                    + endTokenIDs.map(String.init).joined(separator: ", "),
            ],
            [
                "model_type": .text("llama"), "num_hidden_layers": .integer(sizes.layerCount),
                "hidden_size": .integer(sizes.width), "num_attention_heads": .integer(headCount),
                "num_key_value_heads": .integer(keyValueHeadCount), "head_dim": .integer(sizes.attention.headSize),
                "intermediate_size": .integer(sizes.feedForwardWidth), "vocab_size": .integer(sizes.vocabularySize),
                "max_position_embeddings": .integer(sizes.contextLength), "eos_token_id": .integers(endTokenIDs),
            ])
    }
}
