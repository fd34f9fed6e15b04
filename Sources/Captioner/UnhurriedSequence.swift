/// A sequence whose elements are taken one by one when they are awaited.
struct UnhurriedSequence<Base: Sequence>: AsyncSequence {
    typealias Element = Base.Element

    let base: Base

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: Base.Iterator

        mutating func next() async -> Base.Element? { base.next() }

        /// Takes the element on the caller's actor, since closures of the base sequence may be isolated to it.
        mutating func next(isolation actor: isolated (any Actor)?) async -> Base.Element? { base.next() }
    }
}

extension UnhurriedSequence: Sendable where Base: Sendable {}
