import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport

@testable import CaptionerEvaluation

/// What MGM's and the challenge's own scripts made.
enum EvaluationFixture {
    static let folder = Fixtures.package.appendingPathComponent("Tests/EvaluationTests/Fixtures")
    static let model = "MGM-2B-Finetune-EXP"

    static func path(_ name: String) -> FilePath { FilePath(folder.appendingPathComponent(name)) }

    static func json(_ name: String) throws -> JSONValue { try JSONParser.parse(FileBytes.of(path(name))) }

    static func texts(_ name: String, _ key: String) throws -> [String] {
        try json(name)[key]?.elements?.compactMap(\.text) ?? []
    }

    static func textVQA() throws -> TextVQABenchmark {
        try TextVQABenchmark(questions: path("textvqa/questions.jsonl"), annotations: path("textvqa/annotations.json"))
    }

    static func mmbench() throws -> MMBenchBenchmark { try MMBenchBenchmark(table: path("mmbench/table.tsv")) }

    static func answers(_ name: String, to benchmark: any Benchmark) async throws -> MatchedAnswers {
        benchmark.matched(try await AnswerFile(path(name)).answers(to: benchmark.questions).lines)
    }
}

extension TemporaryFolder {
    func filePath(_ name: String) -> FilePath { FilePath(exactly: path(name)) }

    func bytes(_ name: String) throws -> [UInt8] { try FileBytes.of(filePath(name)) }

    func lines(_ name: String) throws -> [String] {
        try String(decoding: bytes(name), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// The message of the error that is thrown.
func message(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return "no error"
}
