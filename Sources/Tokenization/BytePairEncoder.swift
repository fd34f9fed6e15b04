/// Byte-pair encoding of one word after another (Sennrich et al. 2016): as long as neighbours can be merged, those with
/// the lowest rank are, the leftmost first.
///
/// Neighbours that can be merged wait in a priority queue, so that a word of n bytes takes O(n log n), however long it
/// is. The memory is used again for the next word.
struct BytePairEncoder {
    private struct Symbol {
        var id: Int
        /// The neighbours, or -1.
        var previous: Int
        var next: Int
        /// What this and the next symbol become.
        var merge: BytePairMerges.Merge?
    }

    private struct Candidate: Comparable {
        let rank: Int
        let position: Int

        static func < (left: Candidate, right: Candidate) -> Bool {
            (left.rank, left.position) < (right.rank, right.position)
        }
    }

    private let merges: BytePairMerges
    private var symbols: [Symbol] = []
    private var candidates = PriorityQueue<Candidate>()

    init(merges: BytePairMerges) { self.merges = merges }

    /// Appends the ids that the symbols of a word merge into.
    mutating func encode(_ word: [Int], into ids: inout [Int]) {
        symbols.removeAll(keepingCapacity: true)
        for (index, id) in word.enumerated() {
            symbols.append(Symbol(id: id, previous: index - 1, next: index + 1 < word.count ? index + 1 : -1))
        }
        for index in symbols.indices { findMerge(at: index) }
        while let candidate = candidates.popFirst() { apply(candidate) }

        var index = symbols.isEmpty ? -1 : 0
        while index >= 0 {
            ids.append(symbols[index].id)
            index = symbols[index].next
        }
    }

    private mutating func findMerge(at index: Int) {
        let next = symbols[index].next
        let merge = next < 0 ? nil : merges.merge(symbols[index].id, symbols[next].id)
        symbols[index].merge = merge
        if let merge { candidates.insert(Candidate(rank: merge.rank, position: index)) }
    }

    private mutating func apply(_ candidate: Candidate) {
        let index = candidate.position
        // A candidate is out of date when one of its symbols has been merged since, which changes or clears what is
        // noted here.
        guard let merge = symbols[index].merge, merge.rank == candidate.rank else { return }
        let absorbed = symbols[index].next
        symbols[absorbed].merge = nil
        symbols[index].id = merge.result
        symbols[index].next = symbols[absorbed].next
        if symbols[index].next >= 0 { symbols[symbols[index].next].previous = index }
        findMerge(at: index)
        if symbols[index].previous >= 0 { findMerge(at: symbols[index].previous) }
    }
}
