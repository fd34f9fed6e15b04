/// How a caption is generated. Names and meanings are those of transformers' `GenerationConfig`, in Swift spelling.
public struct GenerationOptions: Sendable, Equatable {
    /// The most new tokens a caption gets, its end token included.
    public var maxNewTokens: Int
    /// The fewest new tokens: until then the end token is ruled out.
    public var minNewTokens: Int
    /// Text that the caption continues, such as "a photo of" or "Question: what is this? Answer:". Not part of the
    /// caption.
    public var prompt: String?

    public init(maxNewTokens: Int = 30, minNewTokens: Int = 0, prompt: String? = nil) {
        self.maxNewTokens = maxNewTokens
        self.minNewTokens = minNewTokens
        self.prompt = prompt
    }

    func validate() throws {
        guard maxNewTokens >= 1 else {
            throw CaptionerError.invalidOption("maxNewTokens is \(maxNewTokens), expected at least 1")
        }
        guard (0...maxNewTokens).contains(minNewTokens) else {
            throw CaptionerError.invalidOption(
                "minNewTokens is \(minNewTokens), expected 0 to maxNewTokens, which is \(maxNewTokens)")
        }
    }
}
