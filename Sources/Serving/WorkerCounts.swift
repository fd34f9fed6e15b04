import CaptionerDataSets

/// How many lines a worker answered.
package struct WorkerCounts: Sendable, Equatable {
    /// With captions.
    package internal(set) var captioned = 0
    /// With errors.
    package internal(set) var failed = 0

    mutating func add(_ answers: [WorkerAnswer]) {
        for answer in answers {
            if case .success = answer.answer { captioned += 1 } else { failed += 1 }
        }
    }
}
