import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct EvaluateCommandTests {
    private static let fixtures = Fixtures.package.appendingPathComponent("Tests/EvaluationTests/Fixtures")

    private func arguments(_ name: String) -> [String] {
        let place = Self.fixtures.appendingPathComponent(name).path
        let questions =
            name == "textvqa"
            ? ["--questions", "\(place)/questions.jsonl", "--annotations", "\(place)/annotations.json"]
            : ["--table", "\(place)/table.tsv"]
        return ["evaluate", name, "--answers", "\(place)/answers.jsonl"] + questions
    }

    private func printed(_ name: String) throws -> [String] {
        let data = try Data(contentsOf: Self.fixtures.appendingPathComponent("\(name)/expected.json"))
        let expected = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try #require(expected?["printed"] as? String).split(separator: "\n").map(String.init)
    }

    @Test func scoresArePrinted() throws {
        let folder = try TemporaryFolder()
        let accuracy = try CommandLineTool.run(arguments("textvqa"), in: folder.url)
        #expect(accuracy.status == 0 && accuracy.errors.isEmpty, "\(accuracy.errors)")
        #expect(try accuracy.lines.prefix(2) == printed("textvqa")[1...])
        #expect(accuracy.lines[2] == "category:" && accuracy.lines.count == 5)
        let score = try CommandLineTool.run(arguments("mmbench"), in: folder.url)
        #expect(score.status == 0 && score.errors.isEmpty, "\(score.errors)")
        #expect(try score.lines[0] == printed("mmbench")[0])
        #expect(score.lines.contains("category:") && score.lines.contains("l2-category:"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func filesAreThoseOfTheChallenge() throws {
        let folder = try TemporaryFolder()
        let model = "out/MGM-2B-Finetune-EXP"
        for name in ["textvqa", "mmbench"] {
            let result = try CommandLineTool.run(arguments(name) + ["-o", "out"], in: folder.url)
            #expect(result.status == 0 && result.errors == "files in out\n", "\(result.errors)")
        }
        let names = [
            "\(model)/mmbench/answers/table/MGM-2B-Finetune-EXP.jsonl",
            "\(model)/mmbench/answers_upload/table/MGM-2B-Finetune-EXP.xlsx", "\(model)/mmbench/report.html",
            "\(model)/textvqa/1_0.jsonl", "\(model)/textvqa/bm1.jsonl", "\(model)/textvqa/report.html",
        ]
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).filter {
            try folder.url.appendingPathComponent($0).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
        }
        #expect(found.sorted() == names)
        for (name, place) in [("textvqa", 4), ("textvqa", 3), ("mmbench", 0)] {
            let answers = try Data(contentsOf: Self.fixtures.appendingPathComponent("\(name)/answers.jsonl"))
            #expect(try Data(contentsOf: folder.url.appendingPathComponent(names[place])) == answers)
        }
        #expect(try Data(contentsOf: folder.url.appendingPathComponent(names[1])).starts(with: Data("PK".utf8)))
        // What is there is not replaced, but answers in the place where they belong are theirs.
        let again = try CommandLineTool.run(arguments("mmbench") + ["-o", "out"], in: folder.url)
        #expect(again.status == 1 && again.errors.contains("exists; --overwrite replaces it"), "\(again.errors)")
        let anew = try CommandLineTool.run(
            arguments("mmbench") + ["-o", "out", "--overwrite", "--quiet"], in: folder.url)
        #expect(anew.status == 0 && anew.errors.isEmpty, "\(anew.errors)")
    }

    @Test func whatDoesNotBelongTogetherIsAnError() throws {
        let folder = try TemporaryFolder()
        let mixed =
            arguments("mmbench").prefix(2) + arguments("textvqa").dropFirst(2).prefix(2)
            + arguments("mmbench").suffix(2)
        let result = try CommandLineTool.run(Array(mixed), in: folder.url)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("none of its 40 answers is to one of the "), "\(result.errors)")
    }

    @Test(
        arguments: [
            (["--name", "x"], "--name belongs to --output"), (["--overwrite"], "--overwrite belongs to --output"),
            (["-o", ""], "--output is empty"), (["--thumbnail-size", "513"], "expected 0...512"),
        ])
    func usageIsChecked(more: [String], message: String) throws {
        let result = try CommandLineTool.run(arguments("mmbench") + more)
        #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
    }

    @Test func namesOfFoldersAreChecked() throws {
        let folder = try TemporaryFolder()
        for name in ["..", "a/b", "."] {
            let result = try CommandLineTool.run(arguments("mmbench") + ["-o", "out", "--name", name], in: folder.url)
            #expect(result.status == 1 && result.errors.contains("--name says what it is called"), "\(result.errors)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
}
