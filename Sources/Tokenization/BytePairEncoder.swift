/// Byte-pair encoding of one word after another (Sennrich et al. 2016): as long as neighbours can be merged, those with
/// the lowest rank are, the leftmost first.
///
/// Neighbours that can be merged wait in a queue, so that the time is all but proportional to the length of a word, however
/// long it is: Gemma's words are whole texts. The memory is used again for the next word.
struct BytePairEncoder {
    private struct Symbol {
        var id: Int32
        /// The rank of the merge with the next symbol, or -1.
        var rank: Int32
        /// The neighbours, or -1.
        var previous: Int
        var next: Int
    }

    private let merges: BytePairMerges
    private var symbols: [Symbol] = []
    private var queue = MergeQueue()

    init(merges: BytePairMerges) { self.merges = merges }

    /// Appends the ids that the symbols of a word merge into.
    mutating func encode(_ word: [Int32], into ids: inout [Int]) {
        symbols.removeAll(keepingCapacity: true)
        for (index, id) in word.enumerated() {
            symbols.append(
                Symbol(id: id, rank: -1, previous: index - 1, next: index + 1 < word.count ? index + 1 : -1))
        }
        for index in symbols.indices { findMerge(at: index) }
        while let (rank, position) = queue.popFirst() {
            // It is out of date when one of its symbols has been merged since, which changes or clears what is noted.
            if symbols[position].rank == rank { merge(at: position, rank) }
        }

        var index = symbols.isEmpty ? -1 : 0
        while index >= 0 {
            ids.append(Int(symbols[index].id))
            index = symbols[index].next
        }
    }

    private mutating func findMerge(at index: Int) {
        let next = symbols[index].next
        let rank = next < 0 ? -1 : merges.rank(symbols[index].id, symbols[next].id)
        symbols[index].rank = rank
        if rank >= 0 { queue.insert(rank: rank, position: index) }
    }

    private mutating func merge(at index: Int, _ rank: Int32) {
        let absorbed = symbols[index].next
        symbols[absorbed].rank = -1
        symbols[index].id = merges.result(of: rank)
        symbols[index].next = symbols[absorbed].next
        if symbols[index].next >= 0 { symbols[symbols[index].next].previous = index }
        findMerge(at: index)
        if symbols[index].previous >= 0 { findMerge(at: symbols[index].previous) }
    }
}
