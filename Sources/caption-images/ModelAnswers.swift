import ArgumentParser
import Captioner
import CaptionerEvaluation
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerRecaption
import Foundation
import SystemPackage

/// Answers that a model gives, written as they come, with what a terminal sees of it.
struct ModelAnswers: AnswerProvider {
    /// The file of answers.
    let path: FilePath
    /// The file that says why questions have none.
    let errors: FilePath
    /// The folder of image files.
    let images: FilePath
    let model: ModelOptions
    let generation: Captioner.GenerationOptions
    /// Whether answers that are there are thrown away.
    let overwrites: Bool
    let isQuiet: Bool
    let command: any ParsableCommand & Sendable

    /// Asks all questions that have no answer in the file yet.
    /// - Throws: `ExitCode` if a signal ended the run; `FileError`, `CaptionerError`.
    func answers(to questions: [EvaluationQuestion]) async throws -> AnswerSet {
        let progress = try await ask(questions)
        var set = try await AnswerFile(path).answers(to: questions)
        set.failureCount = progress.allFailed
        return set
    }

    /// The same without reading the file.
    func ask(_ questions: [EvaluationQuestion]) async throws -> AnswerProgress {
        let console = Console(isQuiet: isQuiet)
        for file in [path, errors] where OutputFile.isSpecial(file) {
            throw FileError.unwritableOutput(file, cause: "it is no plain file")
        }
        let modelID = try model.modelID
        // Nothing is half done before the model is loaded.
        Signals.respond(.exit)
        let captioner = try await Captioner(
            model: model.folder(), options: model.captionerOptions(orientation: .ignore))
        try ThreadSupply.checkRest(of: command)
        console.tellUnused(captioner.unusedTensors)
        try captioner.check(generation)
        Signals.respond(.cancel)
        try OutputFile.makeFolder(of: path)
        let writer = try AnswerWriter(
            path, errors: errors, questions: questions, modelID: modelID, isNew: overwrites)
        let run = AnswerRun(
            questions, images: images, writer: writer,
            answerer: CaptionerAnswerer(captioner: captioner, generation: generation))
        let isQuiet = isQuiet
        Signals.respond(
            .finish { if !isQuiet { Console.write("\nfinishing the image; once more ends at once\n") } })
        let start = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
        let progress = try await run(
            isStopped: { Signals.isReceived }, progress: { state in console.show { state.line(after: seconds()) } })
        console.endLine()
        let resumes = "the same command\(overwrites ? " without --overwrite" : "") resumes"
        for line in progress.closingLines(after: seconds(), maxNewTokens: generation.maxNewTokens, errors: errors) {
            console.note(line)
        }
        guard progress.isFinished else {
            console.note("interrupted with \(progress.written) of \(progress.total) answers written; \(resumes)")
            throw ExitCode(Signals.exitStatus ?? 1)
        }
        Signals.respond(.cancel)
        return progress
    }
}

extension ModelOptions {
    /// What answer files call the model.
    var modelID: String {
        get throws { AnswerRecord.modelID(of: try model?.path ?? folder()) }
    }
}

extension AnswerProgress {
    fileprivate var asked: Int { answered + failed }

    /// How far the run is.
    fileprivate func line(after seconds: Double) -> String {
        let all = resumed + asked
        let percent = total > 0 ? 100 * all / total : 100
        let left = asked > 0 ? ", \(RunProgress.clock(seconds / Double(asked) * Double(total - all))) left" : ""
        return "\(all)/\(total) (\(percent) %), \(rate(seconds)) questions/s\(left)"
            + (allFailed > 0 ? ", \(allFailed) failed" : "")
    }

    /// What came of it.
    fileprivate func closingLines(after seconds: Double, maxNewTokens: Int, errors: FilePath) -> [String] {
        var lines = [
            "\(answered) answered" + (failed > 0 ? ", \(failed) failed" : "")
                + String(format: " in %.1f s", seconds) + " (\(rate(seconds)) questions/s)"
        ]
        if resumed > 0 {
            lines.append(
                "\(resumed) were done before" + (resumedFailures > 0 ? ", \(resumedFailures) of them failed" : ""))
        }
        if cut > 0 { lines.append("\(cut) answers were cut off at \(maxNewTokens) tokens") }
        lines += notes.prefix(5).map { "\($0.count) x \($0.text), the first about \($0.image)" }
        if notes.count > 5 { lines.append("and \(notes.count - 5) other kinds of notes") }
        if let firstFailure { lines.append("the first failure: \(firstFailure)") }
        if allFailed > 0 { lines.append("\(allFailed) answers are empty; \(errors.escaped) says why") }
        return lines
    }

    private func rate(_ seconds: Double) -> String {
        let rate = seconds > 0 ? Double(asked) / seconds : 0
        return String(format: rate < 10 ? "%.2f" : "%.0f", rate)
    }
}
