/// How the columns of queries, keys and values are divided among heads, and what kind of attention it is.
package struct AttentionSizes: Sendable {
    /// What the attention is over, which decides in which precision queries, keys and values are kept.
    package enum Kind: Sendable {
        /// Sequences of hundreds of positions, each at once: where the linear layers around it are quantized, rounding
        /// queries, keys and values to bfloat16 saves time and loses no more than those layers do.
        case longSequences
        /// Some tens of positions, which take next to no time in float32.
        case shortSequences
        /// The past of a sequence, in a float32 KV cache.
        case cache
    }

    package let kind: Kind
    /// H, the heads of the queries.
    package let headCount: Int
    /// The heads of keys and values; each serves as many neighbouring heads of the queries (grouped-query attention,
    /// Ainslie et al., arXiv 2305.13245). One is multi-query attention.
    package let keyValueHeadCount: Int
    /// Dh.
    package let headSize: Int
    /// Factor of the products of queries and keys.
    package let scale: Float
    /// Where it is above 0, a score s is cap · tanh(s / cap).
    package let scoreCap: Float

    /// - Parameters:
    ///   - keyValueHeadCount: a divisor of `headCount`; nil for as many.
    ///   - scale: nil for 1/√Dh.
    ///   - scoreCap: 0 for none.
    package init(
        _ kind: Kind, headCount: Int, keyValueHeadCount: Int? = nil, headSize: Int, scale: Float? = nil,
        scoreCap: Float = 0
    ) {
        let keyValueHeadCount = keyValueHeadCount ?? headCount
        precondition(
            headSize > 0 && keyValueHeadCount > 0 && headCount % keyValueHeadCount == 0 && headCount > 0,
            "AttentionSizes: \(headCount) heads of \(headSize), \(keyValueHeadCount) of keys and values")
        self.kind = kind
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headSize = headSize
        self.scale = scale ?? 1 / Float(headSize).squareRoot()
        self.scoreCap = scoreCap
    }

    /// The columns of queries, and of keys or values.
    package var queryWidth: Int { headCount * headSize }
    package var keyValueWidth: Int { keyValueHeadCount * headSize }

    /// The head of keys and values that a head of queries attends over.
    func keyValueHead(of head: Int) -> Int { head / (headCount / keyValueHeadCount) }

    /// bfloat16 is multiplied in pairs.
    var allowsBFloat16: Bool { kind == .longSequences && headSize % 2 == 0 }
}
