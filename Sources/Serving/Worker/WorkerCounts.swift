/// How many lines a worker answered.
package struct WorkerCounts: Sendable, Equatable {
    /// With captions.
    package internal(set) var captioned = 0
    /// With scores of texts.
    package internal(set) var scored = 0
    /// With errors.
    package internal(set) var failed = 0

    mutating func add(_ answers: [WorkerAnswer]) {
        for answer in answers {
            switch answer.content {
            case .success(.captions): captioned += 1
            case .success(.scores): scored += 1
            case .failure: failed += 1
            }
        }
    }
}
