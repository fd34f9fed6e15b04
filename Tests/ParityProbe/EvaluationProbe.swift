import CaptionerEvaluation
import CaptionerFiles
import Foundation
import SystemPackage

/// Normalises answers, and writes answer files as an evaluation does.
struct EvaluationProbe {
    private struct Request: Decodable {
        /// Answers to normalise.
        let normalize: [String]?
        /// TextVQA's two files, or MMBench's table.
        let questions: String?
        let annotations: String?
        let table: String?
        /// What a model answers, by question, and what it is called.
        let texts: [String]?
        let model: String?
        /// The answer file to write.
        let output: String?
    }

    private struct Reply: Encodable {
        /// What answers become, or what the model is asked.
        var texts: [String] = []
        var error: String?
    }

    func run() throws {
        while let request = try Replies.next(Request.self) {
            var reply = Reply()
            do {
                reply.texts = try request.normalize.map { $0.map(TextVQABenchmark.normalized) } ?? answer(request)
            } catch {
                reply.error = "\(error)"
            }
            try Replies.send(reply)
        }
    }

    private func answer(_ request: Request) throws -> [String] {
        func path(_ text: String?) -> FilePath { FilePath(exactly: text ?? "") }
        let benchmark: any Benchmark =
            if request.table == nil {
                try TextVQABenchmark(questions: path(request.questions), annotations: path(request.annotations))
            } else {
                try MMBenchBenchmark(table: path(request.table))
            }
        let output = path(request.output)
        let writer = try AnswerWriter(
            output, errors: output.suffixed(".errors.jsonl"), questions: benchmark.questions,
            modelID: request.model ?? "")
        for (position, text) in (request.texts ?? []).enumerated() { try writer.write(.success(text), at: position) }
        return benchmark.questions.map(\.modelPrompt)
    }
}
