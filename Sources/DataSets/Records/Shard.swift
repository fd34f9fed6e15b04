/// A part of a run: the I-th of N parts, which follow each other.
package struct Shard: Sendable, Equatable {
    /// From 1.
    package let number: Int
    package let count: Int

    /// Nil unless the number is one of 1...count.
    package init?(number: Int, count: Int) {
        guard count >= 1, (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }

    package static let whole = Shard(unchecked: 1, of: 1)

    private init(unchecked number: Int, of count: Int) {
        self.number = number
        self.count = count
    }

    /// From `I/N`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
        self.init(number: number, count: count)
    }

    /// Its part of `total` items. Parts differ in size by one at most.
    package func range(of total: Int) -> Range<Int> { start(number - 1, total)..<start(number, total) }

    private func start(_ part: Int, _ total: Int) -> Int {
        let (quotient, rest) = total.quotientAndRemainder(dividingBy: count)
        return part * quotient + min(part, rest)
    }
}
