import CaptionerGeneration
import CaptionerModels

/// Generation options as searches and processors, for one model.
struct GenerationPlan: Sendable {
    let options: Captioner.GenerationOptions
    /// The token ids that texts begin with, unless an image has a prompt of its own.
    let prompt: [Int]
    /// The forbidden sequences of tokens.
    let badWordIDs: [[Int]]

    /// How many sequences of each image there may be at once.
    var copies: Int { max(options.numBeams, options.numReturnSequences) }

    /// What makes the random numbers of an image's captions their own.
    func seed(of image: PreparedImage) -> UInt64 { options.doSample ? image.seed : 0 }

    /// What a search has to know of the start of a text.
    func sequenceStart(prompt: [Int], imageSeed: UInt64, for format: PromptFormat) -> SequenceStart {
        switch format.reading {
        case .attended: return SequenceStart(visiblePrompt: prompt, seed: imageSeed)
        case .question: return SequenceStart(visiblePrompt: [format.beginTokenID], seed: imageSeed)
        case .positions: break
        }
        if let token = format.visibleImageTokenID {
            let image = [Int](repeating: token, count: format.imageRows)
            let places = prompt.contains(PromptFormat.imageTokenID) ? prompt : [PromptFormat.imageTokenID] + prompt
            let visible = places.flatMap { $0 == PromptFormat.imageTokenID ? image : [$0] }
            return SequenceStart(visiblePrompt: visible, seed: imageSeed)
        }
        // A conversation is given to generate() as embeddings, which processors do not see.
        guard options.transformersVersion == .v5, format.conversation == nil else {
            return SequenceStart(seed: imageSeed)
        }
        let images = [Int](repeating: Self.imageToken, count: format.imagePositions)
        return SequenceStart(visiblePrompt: images + prompt, seed: imageSeed)
    }

    /// The placeholder of an image's positions. They count for lengths. In transformers a penalty also changes the logit of the
    /// image's token, which matters only if the model would say it; an id that is in no vocabulary leaves it alone.
    private static let imageToken = -1

    /// How the texts of a session are continued.
    func search(endTokenIDs: [Int]) -> any SearchMethod {
        let processors = processors(endTokenIDs: endTokenIDs)
        guard options.numBeams > 1 else {
            return TokenSearch(
                maxNewTokens: options.maxNewTokens, endTokenIDs: endTokenIDs, processors: processors,
                choice: options.doSample ? .sampled(seed: options.seed) : .mostProbable,
                copies: options.numReturnSequences)
        }
        return BeamSearch(
            settings: BeamSettings(options), maxNewTokens: options.maxNewTokens, endTokenIDs: endTokenIDs,
            processors: processors)
    }

    /// In the order of transformers' `LogitsProcessorList`; each only where its option is set.
    private func processors(endTokenIDs: [Int]) -> [any LogitsProcessor] {
        var processors: [any LogitsProcessor] = []
        if options.repetitionPenalty != 1 {
            processors.append(RepetitionPenaltyProcessor(penalty: Float(options.repetitionPenalty)))
        }
        if options.noRepeatNGramSize > 0 { processors.append(NoRepeatNGramProcessor(size: options.noRepeatNGramSize)) }
        if !badWordIDs.isEmpty {
            processors.append(
                BadWordsProcessor(
                    words: badWordIDs, endTokenIDs: endTokenIDs,
                    looksAtFullWordsOnly: options.transformersVersion == .v4))
        }
        // transformers 5 ignores min_length where min_new_tokens is set.
        if options.minLength > 0, options.transformersVersion == .v4 || options.minNewTokens == 0 {
            processors.append(
                MinimumLengthProcessor(minimum: options.minLength, countsPrompt: true, endTokenIDs: endTokenIDs))
        }
        if options.minNewTokens > 0 {
            processors.append(
                MinimumLengthProcessor(minimum: options.minNewTokens, countsPrompt: false, endTokenIDs: endTokenIDs))
        }
        guard options.doSample else { return processors }
        // With beams, a token that continues must be left beside those that end.
        let minimumKept = options.numBeams > 1 ? endTokenIDs.count + 1 : 1
        if options.temperature != 1 {
            processors.append(TemperatureProcessor(temperature: Float(options.temperature)))
        }
        if options.topK > 0 { processors.append(TopKProcessor(count: options.topK, minimumKept: minimumKept)) }
        if options.topP < 1 { processors.append(TopPProcessor(mass: options.topP, minimumKept: minimumKept)) }
        if let minP = options.minP { processors.append(MinPProcessor(share: Float(minP), minimumKept: minimumKept)) }
        return processors
    }
}

extension BeamSettings {
    init(_ options: Captioner.GenerationOptions) {
        let earlyStopping: EarlyStopping =
            switch options.earlyStopping {
            case .whenFull: .whenFull
            case .whenUnlikely: .whenUnlikely
            case .never: .never
            }
        self.init(
            beamCount: options.numBeams, returnedCount: options.numReturnSequences,
            lengthPenalty: options.lengthPenalty, earlyStopping: earlyStopping,
            rules: options.transformersVersion == .v4 ? .transformers4 : .transformers5,
            samplingSeed: options.doSample ? options.seed : nil)
    }
}
