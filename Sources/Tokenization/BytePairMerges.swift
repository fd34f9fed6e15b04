/// Which neighbouring tokens merge into which, and which merge comes first.
struct BytePairMerges: Sendable {
    struct Merge: Sendable {
        /// The place in the list of merges: the lower, the earlier.
        let rank: Int
        /// The id of the token that the pair becomes.
        let result: Int
    }

    private var merges: [UInt64: Merge] = [:]

    /// Looks up the tokens of all merges, which come in the order of their ranks. Of two merges of one pair, the later
    /// counts.
    init(_ pairs: [(left: String, right: String)], vocabulary: Vocabulary) throws(TokenizerRejection) {
        merges.reserveCapacity(pairs.count)
        for (rank, pair) in pairs.enumerated() {
            func id(_ token: String) throws(TokenizerRejection) -> Int {
                guard let id = vocabulary.id(for: token) else {
                    throw TokenizerRejection(
                        """
                        merge \(rank + 1), "\(pair.left)" and "\(pair.right)", needs the token "\(token)", \
                        which is not in the vocabulary
                        """)
                }
                return id
            }
            let key = Self.key(try id(pair.left), try id(pair.right))
            merges[key] = Merge(rank: rank, result: try id(pair.left + pair.right))
        }
    }

    /// What a pair becomes, or `nil` when it does not merge.
    func merge(_ left: Int, _ right: Int) -> Merge? { merges[Self.key(left, right)] }

    /// Ids are below 2^32, see `Vocabulary.maximumID`.
    private static func key(_ left: Int, _ right: Int) -> UInt64 { UInt64(left) << 32 | UInt64(right) }
}
