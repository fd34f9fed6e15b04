package import CaptionerTensorCore

/// The sizes of a language model of Gemma's first or second generation; defaults as transformers' `GemmaConfig` and `Gemma2Config`.
package struct GemmaConfiguration: Sendable {
    /// V, the rows of the embedding table.
    package let vocabularySize: Int
    /// D, the width of a position.
    package let width: Int
    /// F, the width inside the feed-forward.
    package let feedForwardWidth: Int
    package let layerCount: Int
    package let headCount: Int
    package let keyValueHeadCount: Int
    package let headSize: Int
    private let maxPositions: Int
    /// The most positions for which all layers see all of them.
    private let window: Int
    package let normEpsilon: Float
    /// `rope_theta`.
    package let rotaryBase: Double
    package let activation: Activation
    /// For people: as `activation`.
    package let activationName: String
    package let beginTokenID: Int
    /// The tokens that end a text.
    package let endTokenIDs: [Int]
    /// What the second generation alone has.
    private let second: Second?

    /// The second generation's: more norms, and limits of scores and logits.
    private struct Second: Sendable {
        /// Scores are divided by its square root.
        let queryScalar: Double
        /// 0 for none, which a file says with null.
        let scoreCap: Float
        let logitCap: Float
    }

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader) throws(ModelError) {
        try reader.require("attention_bias", false)
        try reader.require("tie_word_embeddings", true)
        let isSecond = try reader.text("model_type") == Self.secondType
        let standard =
            isSecond
            ? (width: 2304, inner: 9216, layers: 26, heads: 8, keyValueHeads: 4)
            : (width: 3072, inner: 24576, layers: 28, heads: 16, keyValueHeads: 16)
        vocabularySize = try reader.size("vocab_size", default: 256000, atMost: 1 << 24)
        width = try reader.size("hidden_size", default: standard.width)
        feedForwardWidth = try reader.size("intermediate_size", default: standard.inner)
        layerCount = try reader.size("num_hidden_layers", default: standard.layers, atMost: 1024)
        headCount = try reader.size("num_attention_heads", default: standard.heads, atMost: 4096)
        keyValueHeadCount = try reader.size("num_key_value_heads", default: standard.keyValueHeads, atMost: 4096)
        guard headCount % keyValueHeadCount == 0 else {
            throw .invalid(
                reader.name("num_key_value_heads"), found: "\(keyValueHeadCount)",
                expected: "a divisor of num_attention_heads \(headCount)")
        }
        headSize = try reader.size("head_dim", default: 256)
        guard headSize % 2 == 0 else {
            throw .invalid(reader.name("head_dim"), found: "\(headSize)", expected: "an even number")
        }
        second = isSecond ? try Self.second(reader) : nil
        maxPositions = try reader.size("max_position_embeddings", default: 8192, atMost: 1 << 20)
        // Every other layer of the second generation sees at most this number of positions back; shorter texts are not affected.
        window = isSecond ? try reader.size("sliding_window", default: 4096, atMost: 1 << 20) : maxPositions
        normEpsilon = try reader.epsilon("rms_norm_eps", default: 1e-6)
        rotaryBase = try reader.rotaryBase()
        (activation, activationName) = try Self.activation(reader)
        beginTokenID = try reader.integer("bos_token_id") ?? 2
        endTokenIDs = try reader.integers("eos_token_id", default: [1])
        for id in endTokenIDs + [beginTokenID] where !(0..<vocabularySize).contains(id) {
            throw .invalid(reader.name("eos_token_id"), found: "\(id)", expected: "token ids below \(vocabularySize)")
        }
    }

    /// The most positions, image and prompt included.
    package var contextLength: Int { min(maxPositions, window) }

    /// What `text_config.model_type` calls the second generation.
    package static let secondType = "gemma2"

    private static func second(_ reader: ConfigurationReader) throws(ModelError) -> Second {
        func number(_ key: String, default standard: Double) throws(ModelError) -> Double {
            let number = try reader.number(key) ?? standard
            guard (1e-3...1e6).contains(number) else {
                throw .invalid(reader.name(key), found: "\(number)", expected: "a number from 0.001 to 1000000")
            }
            return number
        }
        func cap(_ key: String, default standard: Double) throws(ModelError) -> Float {
            reader.isNull(key) ? 0 : Float(try number(key, default: standard))
        }
        return Second(
            queryScalar: try number("query_pre_attn_scalar", default: 256),
            scoreCap: try cap("attn_logit_softcapping", default: 50),
            logitCap: try cap("final_logit_softcapping", default: 30))
    }

    /// Embeddings are multiplied by √D, also those of images, and the output layer is the embedding table.
    package var sizes: RotaryDecoderSizes {
        var sizes = RotaryDecoderSizes(
            vocabularySize: vocabularySize, width: width, feedForwardWidth: feedForwardWidth, layerCount: layerCount,
            attention: AttentionSizes(
                .cache, headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize,
                scale: second.map { Float(1 / $0.queryScalar.squareRoot()) }, scoreCap: second?.scoreCap ?? 0),
            contextLength: contextLength, normEpsilon: normEpsilon, normOffset: 1, rotaryBase: rotaryBase,
            activation: activation, embeddingScale: Float(width).squareRoot(), tiesWordEmbeddings: true)
        sizes.normalizesOutputs = second != nil
        sizes.logitCap = second?.logitCap ?? 0
        return sizes
    }

    /// What `inspect` says of it.
    package var fact: ModelFact {
        ModelFact(
            "decoder",
            [
                "Gemma\(second == nil ? "" : " 2"), \(layerCount) layers of width \(width), \(headCount) heads of \(headSize), "
                    + "\(keyValueHeadCount) of keys and values, feed-forward \(feedForwardWidth), "
                    + activationName,
                "vocabulary \(vocabularySize), context \(contextLength), end token "
                    + endTokenIDs.map(String.init).joined(separator: ", "),
            ],
            [
                "model_type": .text(second == nil ? "gemma" : Self.secondType),
                "num_hidden_layers": .integer(layerCount),
                "hidden_size": .integer(width), "num_attention_heads": .integer(headCount),
                "head_dim": .integer(headSize), "num_key_value_heads": .integer(keyValueHeadCount),
                "intermediate_size": .integer(feedForwardWidth),
                "hidden_activation": .text(activationName),
                "vocab_size": .integer(vocabularySize),
                "max_position_embeddings": .integer(maxPositions),
                "eos_token_id": .integers(endTokenIDs),
            ])
    }

    /// transformers before 4.39 takes `hidden_act` as it is, and later versions do not look at it: their default is the
    /// approximation with a hyperbolic tangent. The version that wrote a checkpoint is the one that it was trained with.
    private static func activation(_ reader: ConfigurationReader) throws(ModelError) -> (Activation, String) {
        let key = isOld(try reader.text("transformers_version")) ? "hidden_act" : "hidden_activation"
        let standard = key == "hidden_act" ? "gelu" : "gelu_pytorch_tanh"
        let (asked, written) = (try reader.text(ConfigurationReader.decoderActivationKey), try reader.text(key))
        let name = asked ?? written ?? standard
        switch name {
        case "gelu": return (.gelu, name)
        case "gelu_pytorch_tanh", "gelu_new", "gelu_fast": return (.tanhGELU, name)
        default: throw .unsupported(reader.name(key), found: name, supported: "gelu or gelu_pytorch_tanh")
        }
    }

    /// Whether a version of transformers is before 4.39. A file that says none is as one of today.
    private static func isOld(_ version: String?) -> Bool {
        let parts = (version ?? "").split(separator: ".").prefix(2).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return false }
        return (major, minor) < (4, 39)
    }
}
