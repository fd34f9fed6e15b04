import CaptionerJSON
import TestSupport
import Testing

@testable import CaptionerTokenization

/// Merging by queue gives what merging by looking through the whole word gives.
struct BytePairEncoderTests {
    /// Vocabularies that were not trained, in which a merge can make way for one of lower rank.
    @Test func mergesInAnyOrderOfRanks() throws {
        var generator = SplitMix64(seed: 24)
        for _ in 0..<150 {
            let (vocabulary, pairs) = randomMerges(count: 12, using: &generator)
            let merges = try BytePairMerges(pairs, vocabulary: Vocabulary(vocabulary))
            var encoder = BytePairEncoder(merges: merges)
            for _ in 0..<20 {
                let word = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    Int32.random(in: 0..<3, using: &generator)
                }
                var ids: [Int] = []
                encoder.encode(word, into: &ids)
                #expect(ids == merged(word, merges), "\(pairs) \(word)")
            }
        }
    }

    @Test func aWordOfAMegabyteIsMerged() throws {
        // Were the time quadratic, this would not end today.
        let vocabulary: [ExactString: Int] = ["a": 0, "b": 1, "aa": 2, "aaaa": 3, "ab": 4, "abab": 5]
        let pairs = [("a", "a"), ("aa", "aa"), ("a", "b"), ("ab", "ab")].map { (left: $0.0, right: $0.1) }
        var encoder = BytePairEncoder(merges: try BytePairMerges(pairs, vocabulary: Vocabulary(vocabulary)))
        var ids: [Int] = []
        encoder.encode(Array(repeating: 0, count: 1_000_003), into: &ids)
        #expect(ids == Array(repeating: 3, count: 250_000) + [2, 0])
        ids = []
        encoder.encode((0..<1_000_002).map { Int32($0 % 2) }, into: &ids)
        #expect(ids == Array(repeating: 5, count: 250_000) + [4])
    }

    @Test func aTableFindsEveryPair() {
        var generator = SplitMix64(seed: 25)
        var expected: [[Int32]: Int32] = [:]
        var table = PairTable(capacity: 3000)
        for value in 0..<Int32(3000) {
            let pair = [
                Int32.random(in: 0..<60, using: &generator), Int32.random(in: 0..<(1 << 22), using: &generator) & ~63,
            ]
            expected[pair] = value
            table[pair[0], pair[1]] = value
        }
        for (pair, value) in expected {
            #expect(table[pair[0], pair[1]] == value)
            #expect(table[pair[1] + 60, pair[0]] == -1)
        }
        #expect(PairTable(capacity: 0)[0, 0] == -1)
    }

    /// Tokens over three letters, each of which two others merge into.
    private func randomMerges(count: Int, using generator: inout SplitMix64) -> (
        vocabulary: [ExactString: Int], pairs: [(left: String, right: String)]
    ) {
        var tokens = ["a", "b", "c"]
        var pairs: [(left: String, right: String)] = []
        while pairs.count < count {
            let left = tokens[Int.random(in: 0..<tokens.count, using: &generator)]
            let right = tokens[Int.random(in: 0..<min(tokens.count, 6), using: &generator)]
            if !tokens.contains(left + right) { tokens.append(left + right) }
            if !pairs.contains(where: { $0 == (left, right) }) { pairs.append((left, right)) }
        }
        pairs.shuffle(using: &generator)
        return (Dictionary(uniqueKeysWithValues: tokens.enumerated().map { (ExactString($1), $0) }), pairs)
    }

    /// Byte-pair encoding as it is defined, in quadratic time.
    private func merged(_ word: [Int32], _ merges: BytePairMerges) -> [Int] {
        var ids = word
        while true {
            let candidates = ids.indices.dropLast().compactMap { index -> (rank: Int32, index: Int)? in
                let rank = merges.rank(ids[index], ids[index + 1])
                return rank < 0 ? nil : (rank, index)
            }
            guard let best = candidates.min(by: { $0 < $1 }) else { return ids.map(Int.init) }
            ids.replaceSubrange(best.index...(best.index + 1), with: [merges.result(of: best.rank)])
        }
    }
}
