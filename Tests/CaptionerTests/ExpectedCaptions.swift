import Captioner

/// Captions that another library made of pictures with some models, and the options that it had.
struct ExpectedCaptions: Decodable {
    struct Run: Decodable {
        struct Options: Decodable {
            let maxNewTokens: Int
            let numBeams: Int?
            let minLength: Int?
            let lengthPenalty: Double?
            let repetitionPenalty: Double?
            let noRepeatNGramSize: Int?
            let minNewTokens: Int?

            enum CodingKeys: String, CodingKey {
                case maxNewTokens = "max_new_tokens"
                case numBeams = "num_beams"
                case minLength = "min_length"
                case lengthPenalty = "length_penalty"
                case repetitionPenalty = "repetition_penalty"
                case noRepeatNGramSize = "no_repeat_ngram_size"
                case minNewTokens = "min_new_tokens"
            }
        }

        let prompt: String?
        let options: Options
        /// Of each picture.
        let tokenIDs: [[Int]]
        let texts: [String]

        enum CodingKeys: String, CodingKey {
            case prompt, options, texts
            case tokenIDs = "token_ids"
        }

        func generationOptions(_ version: Captioner.GenerationOptions.TransformersVersion)
            -> Captioner.GenerationOptions
        {
            var result = Captioner.GenerationOptions(maxNewTokens: options.maxNewTokens, prompt: prompt)
            result.transformersVersion = version
            result.numBeams = options.numBeams ?? 1
            result.minLength = options.minLength ?? 0
            result.lengthPenalty = options.lengthPenalty ?? 1
            result.repetitionPenalty = options.repetitionPenalty ?? 1
            result.noRepeatNGramSize = options.noRepeatNGramSize ?? 0
            result.minNewTokens = options.minNewTokens ?? 0
            return result
        }
    }

    struct Model: Decodable {
        /// Of the first picture's floats.
        let pixelsHash: String
        let runs: [Run]

        enum CodingKeys: String, CodingKey {
            case runs
            case pixelsHash = "pixel_values_sha256"
        }
    }

    let pictures: [String]
    let texts: [String]
    let captions: [String: Model]
}

extension Captioner {
    /// The captions of all requests, in their order.
    func captions(_ requests: [CaptionRequest], _ options: GenerationOptions) async throws -> [Caption] {
        var result: [Int: Caption] = [:]
        for try await outcome in captions(for: requests, options: options) {
            result[outcome.index] = try outcome.result.get()
        }
        return requests.indices.compactMap { result[$0] }
    }
}
