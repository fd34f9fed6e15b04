extension Captioner.GenerationOptions {
    /// Beam search, which follows several texts at once.
    ///
    /// ```swift
    /// let caption = try await captioner.caption(url, options: .beams(5))
    /// ```
    /// - Parameters:
    ///   - count: how many beams to follow.
    ///   - captionCount: how many captions each image gets, at most `count`.
    ///   - lengthPenalty: above 0 it favours long captions.
    ///   - maxNewTokens: the most new tokens a caption gets.
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
    ///   - captionCount: how many captions each image gets.
    ///   - seed: with the same seed an image gets the same captions.
    ///   - temperature: what the logits are divided by; above 0.
    ///   - topK: only the K most probable tokens; 0 for all.
    ///   - topP: only the most probable tokens that reach this probability together; 0 to 1.
    ///   - maxNewTokens: the most new tokens a caption gets.
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
