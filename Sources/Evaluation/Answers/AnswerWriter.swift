import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Writes answers in the order of their questions, as they come, and resumes from a file that was cut off.
///
/// Answers may come in another order, so that questions about an image can be asked together: those after a question
/// without an answer are kept in memory until it has one.
package final class AnswerWriter {
    private let questions: [EvaluationQuestion]
    private let modelID: String
    private let answers: OutputLog
    private let errorPath: FilePath
    /// Made when there is something to write.
    private var errors: OutputLog?
    private var ahead: [Int: Result<String, AnswerFailure>] = [:]
    /// The first question without an answer in the file; their number when all have one.
    package private(set) var next = 0
    /// Questions whose answers in the file are empty because there was none.
    package private(set) var failureCount = 0

    /// Opens or creates an answer file and, if it is there, the file of errors.
    ///
    /// Answers that are there are kept: lines that are whole and are this model's answers to the first questions, in
    /// their order. What is cut off after them is removed. So are error lines of later questions.
    /// - Parameter isNew: whether files that are there are emptied.
    /// - Throws: `FileError.unwritableOutput`, also when another process writes the files; `.unreadableFile` for a line
    ///   that is no answer to the question in its place.
    package init(
        _ path: FilePath, errors errorPath: FilePath, questions: [EvaluationQuestion], modelID: String,
        isNew: Bool = false
    ) throws {
        self.questions = questions
        self.modelID = modelID
        self.errorPath = errorPath
        answers = try OutputLog(path: path)
        errors = errorPath.exists ? try OutputLog(path: errorPath) : nil
        guard !isNew else {
            try answers.truncate(to: FilePrefix())
            try errors?.truncate(to: FilePrefix())
            return
        }
        // Both are read before either is cut off.
        let prefix = try keepAnswers(path)
        try errors?.truncate(to: keptErrors(errorPath))
        try answers.truncate(to: prefix)
    }

    private func keepAnswers(_ path: FilePath) throws -> FilePrefix {
        let rows = try RowReader(path: path, hasQuotedLineBreaks: false)
        while let row = try rows.next() {
            func failure(_ cause: String) -> FileError {
                .unreadableFile(path, cause: "line \(next + 1): \(cause); --overwrite begins anew")
            }
            guard next < questions.count else { throw failure("there are only \(questions.count) questions") }
            let record: AnswerRecord
            do { record = try AnswerRecord(line: row) } catch { throw failure("\(error)") }
            let question = questions[next]
            guard record.questionID == question.id, record.prompt.hasSameBytes(as: question.prompt) else {
                throw failure("an answer to another question than \(question.id.json())")
            }
            guard record.modelID.hasSameBytes(as: modelID) else {
                throw failure("an answer of the model \(record.modelID), expected \(modelID)")
            }
            next += 1
        }
        return rows.prefix
    }

    private func keptErrors(_ path: FilePath) throws -> FilePrefix {
        let rows = try RowReader(path: path, hasQuotedLineBreaks: false)
        var kept = FilePrefix()
        var count = 0
        while let row = try rows.next() {
            count += 1
            do {
                // They are in order, too.
                guard try AnswerFailure.position(in: row) < next else { return kept }
            } catch {
                throw FileError.unreadableFile(path, cause: "line \(count): \(error); --overwrite begins anew")
            }
            failureCount += 1
            kept = rows.prefix
        }
        return kept
    }

    /// Takes the answer to a question, or why there is none, and writes what is next in order.
    ///
    /// White space at the ends of an answer is left out, as Python's `str.strip` does. An answer to a question that has
    /// one is passed over.
    /// - Parameter position: of the question, from 0.
    /// - Throws: `FileError.unwritableOutput`, `.lostOutput`.
    package func write(_ outcome: Result<String, AnswerFailure>, at position: Int) throws {
        precondition(questions.indices.contains(position), "expected one of \(questions.count) questions")
        guard position >= next else { return }
        ahead[position] = outcome
        while let outcome = ahead.removeValue(forKey: next) {
            let question = questions[next]
            var text = ""
            switch outcome {
            case .success(let answer): text = answer.strippingWhitespace()
            // Before the answer: an error line without one is removed by the next run, an answer without one would stay.
            case .failure(let failure): try append(failure.line(position: next, question))
            }
            let record = AnswerRecord(
                questionID: question.id, prompt: question.prompt, text: text, choice: question.choice,
                answerID: AnswerIdentifier.of(position: next, prompt: question.prompt, modelID: modelID),
                modelID: modelID)
            try answers.append(record.line)
            next += 1
        }
    }

    private func append(_ line: String) throws {
        let log = try errors ?? OutputLog(path: errorPath)
        errors = log
        try log.append(line)
        try log.synchronize()
        failureCount += 1
    }

    /// Waits until the disk has what was written.
    package func synchronize() throws {
        try errors?.synchronize()
        try answers.synchronize()
    }
}
