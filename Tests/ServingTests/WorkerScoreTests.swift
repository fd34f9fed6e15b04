import Captioner
import CaptionerDemoModel
import CaptionerJSON
import Foundation
import TestSupport
import Testing

@testable import CaptionerServing

@Suite(.timeLimit(.minutes(45))) struct WorkerScoreTests {
    private let picture: URL
    private let texts = ["a red triangle", "a blue circle", ""]

    init() throws { picture = try DemoModel.pictures().appendingPathComponent("shape-01.png") }

    private func scores(of answer: String) throws -> [[Float?]] {
        let value = try JSONParser.parse(Array(answer.utf8))
        let scores = try #require(value["scores"]?.elements)
        return scores.map { score in
            ["log_probability", "mean_log_probability"].map { score[$0]?.double.map { Float($0) } }
        }
    }

    /// The scores are those of the library, to the bit, for a path, bytes and pixels; requests for captions among them
    /// are answered in their places.
    @Test func textsAreScored() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(precision: .float32))
        let expected = try await captioner.logLikelihoods(of: texts, for: picture)
            .map { [$0.logProbability, $0.meanLogProbability] }
        #expect(expected[0][0] > expected[1][0])
        let asked = "\"texts\": [\"a red triangle\", \"a blue circle\", \"\"]"
        let bytes = try Data(contentsOf: picture).base64EncodedString()
        let answers = try await WorkerPipes.answers(to: [
            "{\"image\": \"\(picture.path)\", \(asked), \"id\": 1}", "{\"image\": \"\(picture.path)\"}",
            "{\"image_base64\": \"\(bytes)\", \(asked)}", "{\"id\": 2}",
            "{\"image\": \"\(picture.path)\", \"texts\": null}",
        ])
        #expect(answers[0].hasPrefix("{\"id\": 1, \"image\": \"\(picture.path)\", \"scores\": [{\"log_probability\": "))
        #expect(answers[2].hasPrefix("{\"scores\": ["))
        #expect(try scores(of: answers[0]) == expected)
        #expect(try scores(of: answers[2]) == expected)
        #expect(answers[1].hasSuffix("\"caption\": \"a red triangle\"}"))
        #expect(answers[3].contains("\"stage\": \"request\""))
        #expect(answers[4] == answers[1])
    }

    /// A prompt precedes the texts, the request's own before that of the options.
    @Test func promptsPrecedeTexts() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(precision: .float32))
        func expected(_ prompt: String) async throws -> [[Float?]] {
            let score = try await captioner.logLikelihood(
                of: "triangle", for: CaptionRequest(image: .file(picture), prompt: prompt))
            return [[score.logProbability, score.meanLogProbability]]
        }
        let line = "{\"image\": \"\(picture.path)\", \"texts\": [\"triangle\"]"
        let answers = try await WorkerPipes.answers(
            to: [line + "}", line + ", \"prompt\": \"a blue\"}"], generation: .init(prompt: "a red"))
        #expect(try await scores(of: answers[0]) == expected("a red"))
        #expect(try await scores(of: answers[1]) == expected("a blue"))
    }

    @Test(arguments: [
        ("\"a\"", "texts is not an array"), ("[]", "texts is empty"),
        ("[\"a\", 1]", "an element of texts is not a string"), ("[null]", "an element of texts is not a string"),
        (
            "[\"\\ud800\"]",
            "an element of texts is a string with half of a surrogate pair, which is no character"
        ),
    ])
    func textsThatAreNone(texts: String, message: String) async throws {
        let answers = try await WorkerPipes.answers(to: ["{\"image\": \"\(picture.path)\", \"texts\": \(texts)}"])
        #expect(answers == ["{\"error\": {\"stage\": \"request\", \"message\": \"line 1: \(message)\"}}"])
    }

    /// What cannot be scored is an error of its own.
    @Test func imagesAndTextsThatCannotBeScored() async throws {
        let long = String(repeating: "red ", count: 500)
        let answers = try await WorkerPipes.answers(to: [
            "{\"image\": \"/missing.png\", \"texts\": [\"a\"]}",
            "{\"image\": \"\(picture.path)\", \"texts\": [\"a\", \"\(long)\"]}",
            "{\"image\": \"\(picture.path)\", \"texts\": [\"a\"], \"prompt\": \"\(long)\"}",
            "{\"image\": \"\(picture.path)\", \"texts\": [\"a\"]}",
        ])
        let values = try answers.map { try JSONParser.parse(Array($0.utf8)) }
        #expect(values.map { $0["error"]?["stage"]?.text } == ["read", "prompt", "prompt", nil])
        #expect(values[3]["scores"]?.elements?.count == 1)
    }

    @Test func scoresAreCounted() async throws {
        let pipes = try await WorkerPipes()
        try pipes.send("{\"image\": \"\(picture.path)\", \"texts\": [\"a\"]}\n{\"image\": \"\(picture.path)\"}\n{}\n")
        try pipes.end()
        for _ in 0..<3 { _ = await pipes.answer() }
        var counts = WorkerCounts()
        (counts.captioned, counts.scored, counts.failed) = (1, 1, 1)
        #expect(try await pipes.counts() == counts)
    }
}
