import Crypto
import Foundation

/// The 64-bit simhash (Charikar 2002) by which `image_captioning_mapper` chooses the candidate that is most like the
/// old text: of lower-case words in pairs, as its `DocumentSimhashDeduplicator` has them.
struct SimilarityHash: Equatable {
    package let bits: UInt64

    /// - Parameter leavesLastOut: whether the last pair is missing, as it was in 2024.
    init(_ text: String, leavesLastOut: Bool = false) {
        let words = text.lowercased().literalComponents(separatedBy: " ").filter { !$0.isEmpty }
        var sums = [Int](repeating: 0, count: 64)
        for start in 0..<max(words.count - (leavesLastOut ? 2 : 1), 0) {
            let digest = Insecure.MD5.hash(data: Data((words[start] + " " + words[start + 1]).utf8))
            let hash = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for bit in 0..<64 { sums[bit] += hash >> bit & 1 == 1 ? 1 : -1 }
        }
        bits = sums.indices.reduce(0) { sums[$1] > 0 ? $0 | 1 << $1 : $0 }
    }

    package func distance(to other: SimilarityHash) -> Int { (bits ^ other.bits).nonzeroBitCount }
}
