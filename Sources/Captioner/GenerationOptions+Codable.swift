/// JSON with the names and values of transformers' `generation_config.json`. Options that transformers does not have are
/// in snake_case too. An option that is missing has its default, so `{}` is all defaults.
extension Captioner.GenerationOptions: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case maxNewTokens = "max_new_tokens"
        case minNewTokens = "min_new_tokens"
        case minLength = "min_length"
        case prompt
        case doSample = "do_sample"
        case seed
        case temperature
        case topK = "top_k"
        case topP = "top_p"
        case minP = "min_p"
        case repetitionPenalty = "repetition_penalty"
        case noRepeatNGramSize = "no_repeat_ngram_size"
        case badWords = "bad_words"
        case numBeams = "num_beams"
        case lengthPenalty = "length_penalty"
        case earlyStopping = "early_stopping"
        case numReturnSequences = "num_return_sequences"
        case transformersVersion = "transformers_version"
        case echoesPrompt = "echo_prompt"
        case cleansUpSpaces = "clean_up_tokenization_spaces"
        case trimsText = "trim_text"
    }

    /// The names of all options in JSON.
    public static let codingNames = CodingKeys.allCases.map(\.rawValue)

    /// Reads options. Other names are ignored. Values are not checked: call ``validate()``.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, into value: inout Value) throws {
            if let found = try values.decodeIfPresent(Value.self, forKey: key) { value = found }
        }
        func readOptional<Value: Decodable>(_ key: CodingKeys, into value: inout Value?) throws {
            value = try values.decodeIfPresent(Value.self, forKey: key)
        }
        self.init()
        try read(.maxNewTokens, into: &maxNewTokens)
        try read(.minNewTokens, into: &minNewTokens)
        try read(.minLength, into: &minLength)
        try readOptional(.prompt, into: &prompt)
        try read(.doSample, into: &doSample)
        try read(.seed, into: &seed)
        try read(.temperature, into: &temperature)
        try read(.topK, into: &topK)
        try read(.topP, into: &topP)
        try readOptional(.minP, into: &minP)
        try read(.repetitionPenalty, into: &repetitionPenalty)
        try read(.noRepeatNGramSize, into: &noRepeatNGramSize)
        try read(.badWords, into: &badWords)
        try read(.numBeams, into: &numBeams)
        try read(.lengthPenalty, into: &lengthPenalty)
        try read(.earlyStopping, into: &earlyStopping)
        try read(.numReturnSequences, into: &numReturnSequences)
        try read(.transformersVersion, into: &transformersVersion)
        try readOptional(.echoesPrompt, into: &echoesPrompt)
        try readOptional(.cleansUpSpaces, into: &cleansUpSpaces)
        try read(.trimsText, into: &trimsText)
    }

    /// Writes all options but those that are nil.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(maxNewTokens, forKey: .maxNewTokens)
        try values.encode(minNewTokens, forKey: .minNewTokens)
        try values.encode(minLength, forKey: .minLength)
        try values.encodeIfPresent(prompt, forKey: .prompt)
        try values.encode(doSample, forKey: .doSample)
        try values.encode(seed, forKey: .seed)
        try values.encode(temperature, forKey: .temperature)
        try values.encode(topK, forKey: .topK)
        try values.encode(topP, forKey: .topP)
        try values.encodeIfPresent(minP, forKey: .minP)
        try values.encode(repetitionPenalty, forKey: .repetitionPenalty)
        try values.encode(noRepeatNGramSize, forKey: .noRepeatNGramSize)
        try values.encode(badWords, forKey: .badWords)
        try values.encode(numBeams, forKey: .numBeams)
        try values.encode(lengthPenalty, forKey: .lengthPenalty)
        try values.encode(earlyStopping, forKey: .earlyStopping)
        try values.encode(numReturnSequences, forKey: .numReturnSequences)
        try values.encode(transformersVersion, forKey: .transformersVersion)
        try values.encodeIfPresent(echoesPrompt, forKey: .echoesPrompt)
        try values.encodeIfPresent(cleansUpSpaces, forKey: .cleansUpSpaces)
        try values.encode(trimsText, forKey: .trimsText)
    }
}

/// In JSON `true`, `false` or `"never"`, as in transformers.
extension Captioner.GenerationOptions.EarlyStopping: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let stops = try? value.decode(Bool.self) {
            self = stops ? .whenFull : .whenUnlikely
            return
        }
        let text = try value.decode(String.self)
        guard text == Self.never.rawValue else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "early_stopping is \"\(text)\", expected true, false or \"never\"")
        }
        self = .never
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .whenFull: try value.encode(true)
        case .whenUnlikely: try value.encode(false)
        case .never: try value.encode(rawValue)
        }
    }
}

extension Captioner.GenerationOptions.TransformersVersion: Codable {}
