extension Captioner {
    /// How captions are generated. Names, meanings and defaults are those of transformers' `GenerationConfig`, in Swift
    /// spelling, with a length that suits captions.
    public struct GenerationOptions: Sendable, Hashable {
        /// The most new tokens a caption gets, its end token included.
        public var maxNewTokens: Int
        /// The fewest new tokens before an end token.
        public var minNewTokens: Int
        /// The fewest tokens before an end token, counting what the processors see: with ``TransformersVersion/v4`` the new
        /// tokens, with ``TransformersVersion/v5`` also the image's positions and the prompt, and nothing
        /// where `minNewTokens` is set.
        public var minLength = 0
        /// Text that the caption continues, such as "a photo of" or "Question: what is this? Answer:". Not part of the
        /// caption, unless ``echoesPrompt`` says so. A ``CaptionRequest`` may have its own. For a model that was trained to
        /// converse it is the question; without one a short description is asked for.
        public var prompt: String?

        /// Draw each token at random, as probable as the model says, instead of taking the most probable.
        public var doSample = false
        /// With the same seed an image gets the same captions, whatever else is captioned beside it, before it or after it.
        public var seed: UInt64 = 0
        /// Sampling: what the logits are divided by; above 0.
        public var temperature = 1.0
        /// Sampling: only the K most probable tokens; 0 for all.
        public var topK = 50
        /// Sampling: only the most probable tokens that reach this probability together; 0 to 1.
        public var topP = 1.0
        /// Sampling: only tokens at least this many times as probable as the most probable; 0 to 1, nil for all.
        public var minP: Double?

        /// Above 1, tokens that occurred become less probable; above 0.
        public var repetitionPenalty = 1.0
        /// No run of this many tokens occurs twice; 0 for no such rule.
        public var noRepeatNGramSize = 0
        /// Words and phrases that do not occur, neither at the start of a caption nor after a space. Other spellings, such
        /// as another case, are other words, and a word of one token also stops longer words that begin with that token.
        public var badWords: [String] = []

        /// How many beams to follow; 1 for no beam search.
        public var numBeams = 1
        /// Beam search: sums of log-probabilities are divided by length to this power. Above 0 it favours long captions.
        public var lengthPenalty = 1.0
        /// Beam search: when an image is done.
        public var earlyStopping = EarlyStopping.whenUnlikely
        /// How many captions each image gets. The image is encoded once. With beams at most `numBeams`; without them only
        /// when sampling.
        public var numReturnSequences = 1

        /// Where versions of transformers differ, which of them to follow.
        public var transformersVersion = TransformersVersion.v4
        /// Whether a caption's text begins with its prompt. Nil: as `transformersVersion` has it, not in 4, but in 5.
        public var echoesPrompt: Bool?
        /// Whether spaces before punctuation and contractions are taken away ("a dog 's ball , red"). Nil: as
        /// `transformersVersion` has it: in 4, unless `tokenizer_config.json` says no, but not in 5.
        public var cleansUpSpaces: Bool?

        /// Whether white space at the ends of a caption's text is taken away, such as the line break that a caption ends
        /// with.
        public var trimsText = true

        /// - Parameters: as the properties of the same names.
        public init(maxNewTokens: Int = 30, minNewTokens: Int = 0, prompt: String? = nil) {
            self.maxNewTokens = maxNewTokens
            self.minNewTokens = minNewTokens
            self.prompt = prompt
        }

        /// When a beam search is done with an image: `early_stopping` in transformers.
        public enum EarlyStopping: String, Sendable, CaseIterable {
            /// `True`: as soon as there are as many finished captions as beams.
            case whenFull = "true"
            /// `False`: when the best open beam, were it to end now, would not be among the finished captions.
            case whenUnlikely = "false"
            /// `"never"`: when no open beam can be among the finished captions any more.
            case never
        }

        /// A generation of transformers, where its results differ from those of others for the same model and options.
        public enum TransformersVersion: String, Sendable, CaseIterable {
            /// As 4.38, which the Better Synth challenge pins: processors see new tokens only, texts come without prompt
            /// and with spaces cleaned up, beams are ranked by `BeamSearchScorer`.
            case v4 = "4"
            /// As 5: processors also see the image's placeholders and the prompt, texts come with prompt and with spaces as
            /// they are, beams are ranked by the vectorised search of 4.50 and later.
            case v5 = "5"
        }
    }
}
