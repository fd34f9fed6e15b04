/// Transforms elements on Swift's shared threads, at most `limit` at once.
/// - Parameter finished: is given the number of elements that are done, after each of them.
/// - Returns: the results in the order of the elements.
/// - Throws: `CancellationError` when the task was cancelled.
package func concurrentMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atOnce limit: Int, finished: (Int) -> Void = { _ in },
    _ transform: @escaping @Sendable (Element) -> Result
) async throws -> [Result] {
    var results = [Result?](repeating: nil, count: elements.count)
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var next = 0
        func addTask() {
            guard next < elements.count else { return }
            let (index, element) = (next, elements[next])
            group.addTask { (index, transform(element)) }
            next += 1
        }
        for _ in 0..<limit { addTask() }
        var done = 0
        while let (index, result) = try await group.next() {
            results[index] = result
            done += 1
            finished(done)
            try Task.checkCancellation()
            addTask()
        }
    }
    return results.compactMap { $0 }
}
