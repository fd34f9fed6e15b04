public import Captioner

/// Arguments of transformers' `generate`, by the names they have there, as fixtures and scripts write them.
public struct TransformersOptions: Decodable, Sendable {
    private let numBeams: Int?
    private let lengthPenalty: Double?
    private let numReturnSequences: Int?
    private let earlyStopping: Captioner.GenerationOptions.EarlyStopping?
    private let minNewTokens: Int?
    private let minLength: Int?
    private let repetitionPenalty: Double?
    private let noRepeatNGramSize: Int?
    private let badWords: [String]?
    private let doSample: Bool?
    private let temperature: Double?
    private let topK: Int?
    private let topP: Double?
    private let minP: Double?

    private enum CodingKeys: String, CodingKey {
        case temperature
        case numBeams = "num_beams"
        case lengthPenalty = "length_penalty"
        case numReturnSequences = "num_return_sequences"
        case earlyStopping = "early_stopping"
        case minNewTokens = "min_new_tokens"
        case minLength = "min_length"
        case repetitionPenalty = "repetition_penalty"
        case noRepeatNGramSize = "no_repeat_ngram_size"
        /// Text, of which the script makes `bad_words_ids`.
        case badWords = "bad_words"
        case doSample = "do_sample"
        case topK = "top_k"
        case topP = "top_p"
        case minP = "min_p"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        numBeams = try value(.numBeams)
        lengthPenalty = try value(.lengthPenalty)
        numReturnSequences = try value(.numReturnSequences)
        minNewTokens = try value(.minNewTokens)
        minLength = try value(.minLength)
        repetitionPenalty = try value(.repetitionPenalty)
        noRepeatNGramSize = try value(.noRepeatNGramSize)
        badWords = try value(.badWords)
        doSample = try value(.doSample)
        temperature = try value(.temperature)
        topK = try value(.topK)
        topP = try value(.topP)
        minP = try value(.minP)
        // JSON has `true`, `false` and "never".
        if let flag = try? container.decodeIfPresent(Bool.self, forKey: .earlyStopping) {
            earlyStopping = flag ? .whenFull : .whenUnlikely
        } else {
            earlyStopping = container.contains(.earlyStopping) ? .never : nil
        }
    }

    /// Sets what was said; the rest has transformers' defaults in both.
    public func apply(to options: inout Captioner.GenerationOptions) {
        options.numBeams = numBeams ?? 1
        options.lengthPenalty = lengthPenalty ?? 1
        options.numReturnSequences = numReturnSequences ?? 1
        options.earlyStopping = earlyStopping ?? .whenUnlikely
        options.minNewTokens = minNewTokens ?? 0
        options.minLength = minLength ?? 0
        options.repetitionPenalty = repetitionPenalty ?? 1
        options.noRepeatNGramSize = noRepeatNGramSize ?? 0
        options.badWords = badWords ?? []
        options.doSample = doSample ?? false
        options.temperature = temperature ?? 1
        options.topK = topK ?? 50
        options.topP = topP ?? 1
        options.minP = minP
    }
}
