/// A sequence whose elements are handed out one by one when they are awaited.
struct UnhurriedSequence<Base: Sequence>: AsyncSequence {
    typealias Element = Base.Element

    let base: Base

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: Base.Iterator

        mutating func next() async -> Base.Element? { base.next() }

        /// Asks the base sequence where the caller is, since its closures may belong to the caller's actor.
        mutating func next(isolation actor: isolated (any Actor)?) async -> Base.Element? { base.next() }
    }
}

extension UnhurriedSequence: Sendable where Base: Sendable {}
