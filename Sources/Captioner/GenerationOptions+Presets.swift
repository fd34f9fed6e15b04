extension Captioner.GenerationOptions {
    /// Beam search, which keeps the N best partial captions at each step.
    ///
    /// ```swift
    /// let caption = try await captioner.caption(url, options: .beams(5))
    /// ```
    /// - Parameters:
    ///   - count: the number of beams.
    ///   - captionCount: the number of captions of each image, at most `count`.
    ///   - lengthPenalty: above 0 it favours long captions.
    ///   - maxNewTokens: the maximum number of new tokens of a caption.
    public static func beams(
        _ count: Int, captionCount: Int = 1, lengthPenalty: Double = 1, maxNewTokens: Int = 30
    ) -> Self {
        var options = Self(maxNewTokens: maxNewTokens)
        options.numBeams = count
        options.numReturnSequences = captionCount
        options.lengthPenalty = lengthPenalty
        return options
    }

    /// Sampling, which draws each token at random.
    ///
    /// ```swift
    /// let captions = try await captioner.captionCandidates(for: url, options: .sampling(captionCount: 4, seed: 7))
    /// ```
    /// - Parameters:
    ///   - captionCount: the number of captions of each image.
    ///   - seed: with the same seed an image gets the same captions.
    ///   - temperature: the divisor of the logits; above 0.
    ///   - topK: draws among the K most probable tokens only; 0 for all.
    ///   - topP: draws among the most probable tokens only, as many as reach this probability together; 0 to 1.
    ///   - maxNewTokens: the maximum number of new tokens of a caption.
    public static func sampling(
        captionCount: Int = 1, seed: UInt64 = 0, temperature: Double = 1, topK: Int = 50, topP: Double = 1,
        maxNewTokens: Int = 30
    ) -> Self {
        var options = Self(maxNewTokens: maxNewTokens)
        options.doSample = true
        options.numReturnSequences = captionCount
        options.seed = seed
        options.temperature = temperature
        options.topK = topK
        options.topP = topP
        return options
    }
}
