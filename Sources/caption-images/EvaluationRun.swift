import Captioner
import CaptionerEvaluation
import CaptionerFiles
import Foundation
import SystemPackage

/// Takes answers from where they come, scores them, prints the score and writes what belongs to it.
struct EvaluationRun {
    /// What is written beside the page.
    struct Products {
        var page: FilePath
        var files: [(path: FilePath, bytes: [UInt8])]
        var notes: [String] = []
    }

    let benchmark: any Benchmark
    let answers: any AnswerProvider
    let options: EvaluationOptions
    /// Files that are read.
    var inputs: [FilePath] = []
    /// Where images are, for the page.
    var images: FilePath?

    func callAsFunction(_ products: (EvaluationFolder, MatchedAnswers) throws -> Products) async throws {
        let console = Console(isQuiet: options.quiet)
        let given = try await answers.answers(to: benchmark.questions)
        let matched = benchmark.matched(given.lines)
        guard matched.answeredCount > 0 else {
            throw FileError.unreadableFile(
                options.answers,
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
            let folder = try EvaluationFolder(output, modelName: options.name ?? models.first ?? "")
            let products = try products(folder, matched)
            notes += products.notes
            try check(products)
            var page = EvaluationPage(
                title: "\(benchmark.name): \(options.name ?? models.first ?? "")", questions: benchmark.questions,
                score: score, notes: notes)
            page.thumbnailSize = options.thumbnailSize
            page.images = images
            page.threadCount = CaptionerOptions.defaultThreadCount
            let html = try await page.html { console.show(share: $0, of: "images") }
            console.endLine()
            for file in products.files + [(products.page, Array(html))] where !isSame(file.path, options.answers) {
                try OutputFile.makeFolder(of: file.path)
                try OutputFile.write(Data(file.bytes), to: file.path)
            }
        }
        for note in notes { console.note(note) }
        let lines = score.lines + score.tables.filter { $0.rows.count > 1 }.map(\.text)
        try RecordWriter().write(Data(lines.map { $0 + "\n" }.joined().utf8))
        if let output = options.output { console.note("files in \(output.escaped)") }
    }

    /// Checks all files before any is written. Answers in the place where they belong stay as they are.
    private func check(_ products: Products) throws {
        let paths = products.files.map(\.path)
        for path in paths + [products.page] where inputs.contains(where: { isSame($0, path) }) {
            throw FileError.unwritableOutput(path, cause: "it is read by this command")
        }
        guard !options.overwrite else { return }
        for path in paths where OutputFile.exists(path) && !isSame(path, options.answers) {
            throw FileError.outputExists(path: path.escaped)
        }
        if OutputFile.exists(products.page), !EvaluationPage.isPage(products.page) {
            throw FileError.outputExists(path: products.page.escaped)
        }
    }

    private func isSame(_ path: FilePath, _ other: FilePath) -> Bool {
        guard let identity = FileStatus(path)?.identity else { return false }
        return FileStatus(other)?.identity == identity
    }
}
