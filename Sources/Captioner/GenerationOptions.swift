extension Captioner {
    /// How captions are generated. Names, meanings and defaults are those of transformers' `GenerationConfig`, in Swift
    /// spelling; only the default of ``maxNewTokens``, 30, differs.
    ///
    /// ```swift
    /// var options = Captioner.GenerationOptions(maxNewTokens: 20)
    /// options.repetitionPenalty = 1.2
    /// let caption = try await captioner.caption(url, options: options)
    /// ```
    public struct GenerationOptions: Sendable, Hashable {
        /// The maximum number of new tokens of a caption, its end token included. At least 1.
        public var maxNewTokens: Int
        /// The minimum number of new tokens before an end token.
        public var minNewTokens: Int
        /// The minimum number of tokens before an end token. With ``TransformersVersion/v4`` new tokens count; with
        /// ``TransformersVersion/v5`` the image's positions and the prompt count too, and this option is ignored where
        /// ``minNewTokens`` is set.
        public var minLength = 0
        /// The text that the caption continues, such as "a photo of" or "Question: what is this? Answer:". It is not part
        /// of the caption unless ``echoesPrompt`` says so. A ``CaptionRequest`` may have a prompt of its own. For a model
        /// that was trained to converse it is the question; nil asks for a short description.
        public var prompt: String?

        /// Whether each token is sampled from the model's distribution. False takes the most probable token.
        public var doSample = false
        /// Sampling: the seed. With the same seed an image gets the same captions, whatever other images are captioned.
        public var seed: UInt64 = 0
        /// Sampling: the divisor of the logits; above 0.
        public var temperature = 1.0
        /// Sampling: draws among the K most probable tokens only; 0 for all.
        public var topK = 50
        /// Sampling: draws among the most probable tokens only, as many as reach this probability together; 0 to 1.
        public var topP = 1.0
        /// Sampling: draws among tokens only whose probability is at least this share of the most probable token's; 0 to
        /// 1, nil for all.
        public var minP: Double?

        /// A value above 1 makes tokens that occurred less probable, one below 1 more probable; above 0.
        public var repetitionPenalty = 1.0
        /// No sequence of this many tokens occurs twice; 0 for no such rule.
        public var noRepeatNGramSize = 0
        /// Words and phrases that do not occur, neither at the start of a caption nor after a space. Another spelling, such
        /// as upper case, is another word. A word of one token also excludes longer words that begin with that token.
        public var badWords: [String] = []

        /// The number of beams; 1 for no beam search.
        public var numBeams = 1
        /// Beam search: the power of the length by which sums of log-probabilities are divided. Above 0 it favours long
        /// captions.
        public var lengthPenalty = 1.0
        /// Beam search: when the search for an image's captions stops.
        public var earlyStopping = EarlyStopping.whenUnlikely
        /// The number of captions of each image, which is encoded once. With beams it is at most ``numBeams``. Without beams
        /// it is 1 unless ``doSample`` is set.
        public var numReturnSequences = 1

        /// The version of transformers to follow where versions differ.
        public var transformersVersion = TransformersVersion.v4
        /// Whether a caption's text begins with its prompt. Nil: as in ``transformersVersion``, false in 4, true in 5.
        public var echoesPrompt: Bool?
        /// Whether spaces before punctuation and contractions are removed ("a dog 's ball , red"). Nil: as in
        /// ``transformersVersion``, true in 4 unless `tokenizer_config.json` has `clean_up_tokenization_spaces` false, and
        /// false in 5.
        public var cleansUpSpaces: Bool?

        /// Whether white space at the ends of a caption's text is removed, such as the line break that ends a caption of
        /// BLIP-2.
        public var trimsText = true

        /// - Parameters: as the properties of the same names.
        public init(maxNewTokens: Int = 30, minNewTokens: Int = 0, prompt: String? = nil) {
            self.maxNewTokens = maxNewTokens
            self.minNewTokens = minNewTokens
            self.prompt = prompt
        }

        /// When a beam search stops: `early_stopping` in transformers.
        public enum EarlyStopping: String, Sendable, CaseIterable {
            /// `True`: as soon as there are as many finished captions as beams.
            case whenFull = "true"
            /// `False`: when the best open beam would not be among the finished captions if it ended now.
            case whenUnlikely = "false"
            /// `"never"`: when no open beam can be among the finished captions any more.
            case never
        }

        /// A version of transformers: 4 and 5 give different results for the same model and options.
        public enum TransformersVersion: String, Sendable, CaseIterable {
            /// Version 4.38, which the Better Synth challenge pins. Logits processors see new tokens only, texts come
            /// without prompt and with spaces cleaned up, and beams are ranked by `BeamSearchScorer`.
            case v4 = "4"
            /// Version 5. Logits processors also see the image's placeholders and the prompt, texts come with prompt and
            /// with spaces as they are, and beams are ranked by the vectorized search of 4.50 and later.
            case v5 = "5"
        }
    }
}
