extension Captioner.GenerationOptions {
    /// Checks the values without a model. ``Captioner/check(_:)`` checks them with one.
    /// - Throws: `CaptionerError` with the code `invalidOption` for the first option whose value is out of its range.
    public func validate() throws {
        try check(maxNewTokens >= 1, "maxNewTokens", maxNewTokens, "at least 1")
        try check(
            (0...maxNewTokens).contains(minNewTokens), "minNewTokens", minNewTokens,
            "0 to maxNewTokens, which is \(maxNewTokens)")
        try check(minLength >= 0, "minLength", minLength, "0 or more")
        try check(Self.factors.contains(temperature), "temperature", temperature, "above 0, \(Self.factors)")
        try check(topK >= 0, "topK", topK, "0 or more")
        try check((0...1).contains(topP), "topP", topP, "0 to 1")
        if let minP { try check((0...1).contains(minP), "minP", minP, "0 to 1") }
        try check(
            Self.factors.contains(repetitionPenalty), "repetitionPenalty", repetitionPenalty, "above 0, \(Self.factors)"
        )
        try check(noRepeatNGramSize >= 0, "noRepeatNGramSize", noRepeatNGramSize, "0 or more")
        try check(Self.beamCounts.contains(numBeams), "numBeams", numBeams, "\(Self.beamCounts)")
        try check(
            Self.lengthPenalties.contains(lengthPenalty), "lengthPenalty", lengthPenalty, "\(Self.lengthPenalties)")
        try check(
            Self.returnCounts.contains(numReturnSequences), "numReturnSequences", numReturnSequences,
            "\(Self.returnCounts)")
        if numBeams > 1 {
            try check(
                numReturnSequences <= numBeams, "numReturnSequences", numReturnSequences,
                "at most numBeams, which is \(numBeams)")
        } else if !doSample {
            try check(
                numReturnSequences == 1, "numReturnSequences", numReturnSequences,
                "1: greedy decoding has one result; sample, or use beams")
        }
        if badWords.contains("") { throw CaptionerError.invalidOption("a bad word is empty", option: "badWords") }
    }

    /// The range of ``temperature`` and ``repetitionPenalty``. Outside it logits overflow or underflow in float32.
    public static let factors = 1e-6...1e6
    /// The range of ``lengthPenalty``. Outside it scores overflow or underflow in float32.
    public static let lengthPenalties = -8.0...8.0
    /// The range of ``numBeams``.
    public static let beamCounts = 1...256
    /// The range of ``numReturnSequences``.
    public static let returnCounts = 1...1024

    private func check(_ isValid: Bool, _ name: String, _ value: Any, _ expected: String) throws {
        guard !isValid else { return }
        throw CaptionerError.invalidOption("\(name) is \(value), expected \(expected)", option: name)
    }
}
