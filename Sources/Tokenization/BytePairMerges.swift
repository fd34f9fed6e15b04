import CaptionerJSON

/// Which neighbouring tokens merge into which, and which merge comes first.
struct BytePairMerges: Sendable {
    /// The id of the token that a pair becomes, by rank, which is the place in the list of merges.
    private var results: [Int32] = []
    private var ranks: PairTable

    /// Looks up the tokens of all merges, which come in the order of their ranks. Of two merges of one pair, the later
    /// counts.
    init(_ pairs: [(left: String, right: String)], vocabulary: Vocabulary) throws(TokenizerRejection) {
        ranks = PairTable(capacity: pairs.count)
        results.reserveCapacity(pairs.count)
        // Gemma's vocabulary has all pairs that make a token side by side.
        var made: (token: ExactString, id: Int32) = ("", -1)
        for (rank, pair) in pairs.enumerated() {
            func id(_ token: String) throws(TokenizerRejection) -> Int32 {
                guard let id = vocabulary.id(for: token) else {
                    throw TokenizerRejection(
                        """
                        merge \(rank + 1), "\(pair.left)" and "\(pair.right)", needs the token "\(token)", \
                        which is not in the vocabulary
                        """)
                }
                // Below 2^31, see `Vocabulary.maximumID`.
                return Int32(truncatingIfNeeded: id)
            }
            ranks[try id(pair.left), try id(pair.right)] = Int32(truncatingIfNeeded: rank)
            let token = ExactString(pair.left + pair.right)
            if made.id < 0 || made.token != token { made = (token, try id(token.string)) }
            results.append(made.id)
        }
    }

    /// The rank of the merge of two ids, or -1 when they do not merge.
    func rank(_ left: Int32, _ right: Int32) -> Int32 { ranks[left, right] }

    /// The id that a merge makes.
    func result(of rank: Int32) -> Int32 { results[Int(rank)] }
}
