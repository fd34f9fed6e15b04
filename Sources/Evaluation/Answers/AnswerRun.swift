import CaptionerJSON
import Foundation
package import SystemPackage

/// Asks a model questions, those about an image together, and writes the answers as they come.
package struct AnswerRun {
    private let questions: [EvaluationQuestion]
    private let images: FilePath
    private let writer: AnswerWriter
    private let answerer: any QuestionAnswerer

    /// Questions about an image are asked together among as many. An interruption loses the answers that wait for
    /// earlier ones, at most as many.
    package static let stretch = 256

    /// - Parameters:
    ///   - images: the folder of image files.
    ///   - writer: that of the same questions; the run resumes where it is.
    package init(
        _ questions: [EvaluationQuestion], images: FilePath, writer: AnswerWriter, answerer: any QuestionAnswerer
    ) {
        self.questions = questions
        self.images = images
        self.writer = writer
        self.answerer = answerer
    }

    /// Asks all questions that have no answer yet.
    /// - Parameters:
    ///   - isStopped: asked before each image; the run ends when it is true.
    ///   - progress: is shown how far the run is, after each image.
    /// - Returns: how far it came.
    /// - Throws: `FileError` if answers cannot be written, what the model throws, `CancellationError`.
    package func callAsFunction(
        isStopped: () -> Bool, progress: (AnswerProgress) -> Void
    ) async throws -> AnswerProgress {
        var state = AnswerProgress(total: questions.count, resumed: writer.next)
        state.resumedFailures = writer.failureCount
        for places in questions.placesByImage(from: writer.next, stretch: Self.stretch) {
            guard !isStopped() else { break }
            try Task.checkCancellation()
            for (place, outcome) in zip(places, try await outcomes(of: places)) {
                state.count(outcome, of: questions[place])
                try writer.write(outcome.map(\.text), at: place)
            }
            state.written = writer.next
            progress(state)
        }
        try writer.synchronize()
        return state
    }

    /// The answers to questions about the same image or images.
    private func outcomes(of places: [Int]) async throws -> [Result<ModelAnswer, AnswerFailure>] {
        let question = questions[places[0]]
        // The one that is read; the names of all, where the model fails.
        var name = question.image.name
        do {
            var bytes: [Data] = []
            for image in [question.image] + question.furtherImages {
                name = image.name
                bytes.append(try image.bytes(in: images))
            }
            name = ([question.image] + question.furtherImages).map(\.name).joined(separator: ", ")
            return try await answerer.answers(to: places.map { questions[$0].modelPrompt }, about: bytes)
        } catch let failure as AnswerFailure {
            let isNamed = Array(failure.message.utf8).firstRange(of: Array(name.utf8)) != nil
            let message = isNamed ? failure.message : "\(name): \(failure.message)"
            return places.map { _ in .failure(AnswerFailure(message)) }
        }
    }
}

/// How far a run of questions is.
package struct AnswerProgress: Sendable {
    package let total: Int
    /// Answers that were there.
    package let resumed: Int
    package var resumedFailures = 0
    /// Answers in the file. Others wait for those before them.
    package var written: Int
    package private(set) var answered = 0
    package private(set) var failed = 0
    /// Answers that ended at the longest allowed length.
    package private(set) var cut = 0
    /// What was wrong with images or questions that were answered, how often, and the first image of each, in order.
    package private(set) var notes: [(text: String, count: Int, image: String)] = []
    /// Why questions have no answer: the first cause.
    package private(set) var firstFailure: String?

    init(total: Int, resumed: Int) {
        (self.total, self.resumed) = (total, resumed)
        written = resumed
    }

    package var isFinished: Bool { written == total }
    package var allFailed: Int { failed + resumedFailures }

    mutating func count(_ outcome: Result<ModelAnswer, AnswerFailure>, of question: EvaluationQuestion) {
        switch outcome {
        case .success(let answer):
            answered += 1
            if !answer.isComplete { cut += 1 }
            guard let note = answer.note else { return }
            if let place = notes.firstIndex(where: { ExactString($0.text) == ExactString(note) }) {
                notes[place].count += 1
            } else {
                notes.append((note, 1, question.image.name))
            }
        case .failure(let failure):
            failed += 1
            firstFailure = firstFailure ?? failure.message
        }
    }
}
