/// Merges that wait for their turn: those of the lowest rank come first, and of one rank the leftmost.
///
/// Positions are kept by rank, and those of a rank are handed out in one sweep over the word. So the cost of a merge does
/// not grow with the word as that of a heap of all merges would: only the ranks are in a heap, and there are no more of
/// them than the vocabulary has.
struct MergeQueue {
    /// The positions of one rank.
    private struct Sweep {
        var positions: [Int] = []
        /// How many of them have been handed out.
        var handedOut = 0
        var isSorted = true
        /// What came when the sweep was past it. Only a vocabulary nobody trained makes merges come back to a rank.
        var late = PriorityQueue<Int>()

        mutating func insert(_ position: Int) {
            if let last = positions.last, position < last {
                guard handedOut == 0 else { return late.insert(position) }
                isSorted = false
            }
            positions.append(position)
        }

        mutating func popFirst() -> Int? {
            if !isSorted {
                positions.sort()
                isSorted = true
            }
            guard handedOut < positions.count else { return late.popFirst() }
            if let first = late.first, first < positions[handedOut] { return late.popFirst() }
            defer { handedOut += 1 }
            return positions[handedOut]
        }

        var isEmpty: Bool { handedOut == positions.count && late.first == nil }

        mutating func removeAll() {
            positions.removeAll(keepingCapacity: true)
            handedOut = 0
        }
    }

    private var ranks = PriorityQueue<Int32>()
    private var sweeps: [Sweep] = []
    /// Which of `sweeps` each rank has, or -1.
    private var sweepOfRank: [Int32]
    /// Those of `sweeps` that no rank has.
    private var unused: [Int32] = []

    /// - Parameter rankCount: all ranks are below.
    init(rankCount: Int) { sweepOfRank = Array(repeating: -1, count: rankCount) }

    mutating func insert(rank: Int32, position: Int) {
        var index = sweepOfRank[Int(rank)]
        if index < 0 {
            index = unused.popLast() ?? Int32(sweeps.count)
            if index == sweeps.count { sweeps.append(Sweep()) }
            sweepOfRank[Int(rank)] = index
            ranks.insert(rank)
        }
        sweeps[Int(index)].insert(position)
    }

    mutating func popFirst() -> (rank: Int32, position: Int)? {
        guard let rank = ranks.first else { return nil }
        let index = sweepOfRank[Int(rank)]
        let position = sweeps[Int(index)].popFirst()
        if sweeps[Int(index)].isEmpty {
            sweeps[Int(index)].removeAll()
            sweepOfRank[Int(rank)] = -1
            unused.append(index)
            _ = ranks.popFirst()
        }
        return position.map { (rank, $0) }
    }
}
