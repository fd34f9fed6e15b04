import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerEvaluation
import CaptionerFiles
import Foundation
import SystemPackage

/// Takes answers from where they come, scores them, prints the score and writes what belongs to it.
struct EvaluationRun {
    /// Where a benchmark's files are.
    struct Places {
        var page: FilePath
        /// All of the same contents. A model's answers are written to the first as they come.
        var answers: [FilePath]
        var sheet: FilePath?

        var all: [FilePath] { answers + [sheet, page].compactMap { $0 } }
    }

    let benchmark: any Benchmark
    let options: EvaluationOptions
    /// Of a model's answer, unless the options say otherwise.
    let maxNewTokens: Int
    let command: any ParsableCommand & Sendable
    let places: (EvaluationFolder) throws -> Places
    /// Makes the sheet to upload, and notes about it.
    var sheet: (MatchedAnswers) throws -> (bytes: [UInt8], notes: [String]) = { _ in ([], []) }
    /// Files that are read.
    var inputs: [FilePath] = []
    /// Where images are.
    var images: FilePath?

    func callAsFunction() async throws {
        let console = Console(isQuiet: options.quiet)
        let (source, given) = try await answers()
        let matched = benchmark.matched(given.lines)
        guard matched.answeredCount > 0 else {
            throw FileError.unreadableFile(
                source,
                cause:
                    "none of its \(given.lines.count) answers is to one of the \(benchmark.questions.count) questions")
        }
        let score = try benchmark.score(matched)
        var notes = given.notes + matched.notes + score.notes
        if let output = options.output {
            let models = matched.modelIDs
            if models.count > 1 {
                notes.append("answers of several models: \(models.joined(separator: ", ").shortened)")
            }
            let name = options.name ?? models.first ?? ""
            let places = try places(EvaluationFolder(output, modelName: name))
            let uploaded = try places.sheet.map { (path: $0, contents: try sheet(matched)) }
            notes += uploaded?.contents.notes ?? []
            // A model's answers were checked before it was asked.
            if !options.asksModel { try check(places, source: source) }
            var page = EvaluationPage(
                title: "\(benchmark.name): \(name)", questions: benchmark.questions, score: score, notes: notes)
            page.thumbnailSize = options.thumbnailSize
            page.images = images
            page.threadCount = Captioner.Options.defaultThreadCount
            for path in places.all { try OutputFile.makeFolder(of: path) }
            let file = try WholeFile(places.page)
            try await page.write(to: file) { console.show(share: $0, of: "images") }
            console.endLine()
            for path in places.answers where !isSame(path, source) {
                try WholeFile.write(to: path) { try matched.writeLines(to: $0) }
            }
            if let uploaded { try OutputFile.write(Data(uploaded.contents.bytes), to: uploaded.path) }
            // The last to appear.
            try file.flush()
            try file.commit()
        }
        for note in notes { console.note(note) }
        let lines = score.lines + score.tables.filter { $0.rows.count > 1 }.map(\.text)
        try RecordWriter().write(Data(lines.map { $0 + "\n" }.joined().utf8))
        if let output = options.output { console.note("files in \(output.escaped)") }
        if given.failureCount > 0 { throw ExitCode(2) }
    }

    /// The answers, and the file in which they are.
    private func answers() async throws -> (file: FilePath, AnswerSet) {
        if let file = options.answers {
            return (file, try await AnswerFile(file).answers(to: benchmark.questions))
        }
        guard let output = options.output else { throw ValidationError("--model needs --output.") }
        let places = try places(EvaluationFolder(output, modelName: options.name ?? options.model.modelID))
        let file = places.answers[0]
        // What was made of earlier answers of this model is made anew; what is there without them is something else.
        try check(places, source: file, replaces: OutputFile.exists(file))
        let model = ModelAnswers(
            path: file, errors: file.replacingLastComponent(Array("errors.jsonl".utf8)), images: images ?? ".",
            model: options.model, generation: options.generation.generation(maxNewTokens: maxNewTokens),
            overwrites: options.overwrite, isQuiet: options.quiet, command: command)
        return (file, try await model.answers(to: benchmark.questions))
    }

    /// Checks all files before any is written. Answers in the place where they belong stay as they are.
    private func check(_ places: Places, source: FilePath, replaces: Bool = false) throws {
        for path in places.all { try OutputFile.check([path], against: inputs) }
        guard !options.overwrite else { return }
        for path in places.all where path != places.page {
            if OutputFile.exists(path), !replaces, !isSame(path, source) {
                throw FileError.outputExists(path: path.escaped)
            }
        }
        if OutputFile.exists(places.page), !EvaluationPage.isPage(places.page) {
            throw FileError.outputExists(path: places.page.escaped)
        }
    }

    private func isSame(_ path: FilePath, _ other: FilePath) -> Bool {
        guard let identity = FileStatus(path)?.identity else { return false }
        return FileStatus(other)?.identity == identity
    }
}
