/// Transforms elements on Swift's shared threads, at most `limit` at once.
/// - Returns: the results in the order of the elements.
/// - Throws: `CancellationError` when the task was cancelled.
func concurrentMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atOnce limit: Int, _ transform: @escaping @Sendable (Element) -> Result
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
        while let (index, result) = try await group.next() {
            results[index] = result
            try Task.checkCancellation()
            addTask()
        }
    }
    return results.compactMap { $0 }
}
