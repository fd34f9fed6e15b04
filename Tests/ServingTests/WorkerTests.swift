import Captioner
import CaptionerDataSets
import CaptionerDemoModel
import CaptionerFiles
import CaptionerJSON
import Foundation
import TestSupport
import Testing

@testable import CaptionerServing

@Suite(.timeLimit(.minutes(45))) struct WorkerTests {
    private let picture: String
    private let other: String

    init() throws {
        picture = try DemoModel.pictures().appendingPathComponent("shape-01.png").path
        other = try DemoModel.pictures().appendingPathComponent("scene-01.png").path
    }

    @Test func pathsAndBytesAreCaptioned() async throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: picture)).base64EncodedString()
        let answers = try await WorkerPipes.answers(to: [
            "{\"image\": \"\(picture)\"}", "{\"image_base64\": \"\(bytes)\", \"image\": null, \"other\": [1]}",
            "{\"image\": \"\(picture)\", \"prompt\": \"a blue\", \"id\": 7}\r",
        ])
        #expect(
            answers == [
                "{\"image\": \"\(picture)\", \"caption\": \"a red triangle\"}", "{\"caption\": \"a red triangle\"}",
                "{\"id\": 7, \"image\": \"\(picture)\", \"caption\": \"triangle\"}",
            ])
    }

    /// An id is not read and written again: nothing of it may change.
    @Test(arguments: [
        "1.50e3", "null", "\"\\u00e9\\/\\ud800\"", "{\"b\": [1,  2], \"a\": 1E400}", "-0",
        "123456789012345678901234567890",
    ])
    func idsComeBackAsTheyWereWritten(id: String) async throws {
        let answers = try await WorkerPipes.answers(to: [
            "{\"id\":\(id),\"image\":\"\(picture)\"}", "{\"id\": \(id) }", "{\"id\": \(id), \"image\": [\"\"]}",
        ])
        #expect(answers.allSatisfy { $0.hasPrefix("{\"id\": \(id), \"") }, "\(answers)")
        #expect(answers[0].hasSuffix("\"caption\": \"a red triangle\"}"))
    }

    @Test(arguments: [
        ("", "blank"), (" \t\r", "blank"),
        ("nonsense", "not JSON: expected an object at byte 0; --files-from - captions a list of paths"),
        ("[]", "not JSON: expected an object, found an array at byte 0"),
        ("{\"image\": \"a\"", "not JSON: expected ',' or '}' at byte 13"),
        ("{}", "none of image, image_base64 and pixels"),
        ("{\"image\": null}", "none of image, image_base64 and pixels"),
        ("{\"image\": 1}", "image is not a string"), ("{\"image\": \"\"}", "image is no path"),
        ("{\"image\": \"a\\u0000.png\"}", "image is no path"),
        ("{\"image_base64\": {}}", "image_base64 is not a string"),
        ("{\"image_base64\": \"a\"}", "image_base64 is not Base64"),
        ("{\"image_base64\": \"-_==\"}", "image_base64 is not Base64"),
        ("{\"image\": \"a\", \"image_base64\": \"QUJD\"}", "both image and image_base64"),
        ("{\"image\": \"a\", \"prompt\": 1}", "prompt is not a string"),
        (
            "{\"image\": \"a\", \"prompt\": \"\\ud800\"}",
            "prompt is a string with half of a surrogate pair, which is no character"
        ),
        ("{\"image\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "longer than 64 bytes"),
    ])
    func linesThatAreNoRequests(line: String, message: String) async throws {
        let answers = try await WorkerPipes.answers(to: ["{}", line], lineLimit: 64)
        let text = JSONValue.string("line 2: \(message)").json()
        #expect(answers[1] == "{\"error\": {\"stage\": \"request\", \"message\": \(text)}}")
    }

    @Test func bytesThatAreNotUTF8() async throws {
        let pipes = try await WorkerPipes()
        try pipes.requests.fileHandleForWriting.write(
            contentsOf: Data("{\"id\": 1, \"image\": \"".utf8) + [0xFF] + Data("\"}\n".utf8))
        #expect(
            await pipes.answer()
                == "{\"error\": {\"stage\": \"request\", \"message\": \"line 1: not JSON: not UTF-8 (0xFF) at byte 20\"}}"
        )
        try pipes.end()
        #expect(try await pipes.counts() == WorkerCounts(captioned: 0, failed: 1))
    }

    @Test func imagesThatHaveNoCaptionAreTheirOwnErrors() async throws {
        let answers = try await WorkerPipes.answers(to: [
            "{\"image\": \"/missing.png\"}", "{\"id\": 1, \"image_base64\": \"QUJD\"}", "{\"image\": \"\(picture)\"}",
            "{\"image\": \"\(picture)\", \"prompt\": \"\(String(repeating: "red ", count: 500))\"}",
        ])
        let values = try answers.map { try JSONParser.parse(Array($0.utf8)) }
        #expect(values.map { $0["error"]?["stage"]?.text } == ["read", "decode", nil, "prompt"])
        #expect(values[0]["image"]?.text == "/missing.png")
        #expect(values[1]["id"]?.integer == 1)
        #expect(values[2]["caption"]?.text == "a red triangle")
    }

    /// The answer comes although a batch would have room for more, and nothing says that no more comes.
    @Test func aLineIsAnsweredBeforeTheNextIsSent() async throws {
        let pipes = try await WorkerPipes(batchSize: 64)
        for index in 0..<5 {
            try pipes.send("{\"id\": \(index), \"image\": \"\(index % 2 == 0 ? picture : other)\"}\n")
            let answer = await pipes.answer()
            #expect(answer.hasPrefix("{\"id\": \(index), "))
            #expect(answer.contains("\"caption\": \""))
        }
        // The last line has no break, which only the end shows.
        try pipes.send("{\"id\": 5}")
        try pipes.end()
        #expect(await pipes.answer().hasPrefix("{\"id\": 5, \"error\""))
        #expect(try await pipes.counts() == WorkerCounts(captioned: 5, failed: 1))
    }

    /// Many lines of all kinds, in batches of any size: the same answers in the same order.
    @Test(arguments: [1, 3, 64]) func orderAndNumberOfAnswers(batchSize: Int) async throws {
        let lines = (0..<200).map { index in
            switch index % 7 {
            case 0: "{\"id\": \(index)}"
            case 1: "{\"id\": \(index), \"image\": \"/missing\"}"
            case 2: "{\"id\": \(index), \"image\": \"\(other)\"}"
            default: "{\"id\": \(index), \"image\": \"\(picture)\"}"
            }
        }
        let answers = try await WorkerPipes.answers(to: lines, batchSize: batchSize)
        for (index, answer) in answers.enumerated() {
            #expect(answer.hasPrefix("{\"id\": \(index), "))
            switch index % 7 {
            case 0: #expect(answer.contains("\"line \(index + 1): none of"))
            case 1: #expect(answer.contains("\"read\""))
            case 2: #expect(answer.contains("croissant"))
            default: #expect(answer.contains("red triangle"))
            }
        }
    }

    @Test func severalCaptionsWithLogProbabilitiesAndWhiteSpace() async throws {
        var generation = Captioner.GenerationOptions()
        generation.numBeams = 2
        generation.numReturnSequences = 2
        generation.trimsText = false
        let answers = try await WorkerPipes.answers(
            to: ["{\"image\": \"\(picture)\"}"], generation: generation,
            shape: .init(isList: true, showsLogProbabilities: true))
        let value = try JSONParser.parse(Array(answers[0].utf8))
        #expect(value.members?.map(\.key) == ["image", "captions", "log_probabilities"])
        #expect(value["captions"]?.elements?.first == .string("a red triangle\n"))
        #expect(value["captions"]?.elements?.count == 2)
        #expect(value["log_probabilities"]?.elements?.count == 2)
    }

    @Test func stoppedWorkersReadNoMore() async throws {
        let pipes = try await WorkerPipes()
        try pipes.send("{\"id\": 1}\n")
        #expect(await pipes.answer().hasPrefix("{\"id\": 1,"))
        pipes.worker.stop()
        #expect(try await pipes.counts() == WorkerCounts(captioned: 0, failed: 1))
    }

    @Test func whatCannotBeWrittenEndsTheWork() async throws {
        struct Full: Error {}
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let requests = Pipe()
        try requests.fileHandleForWriting.write(contentsOf: Data("{}\n".utf8))
        let worker = Worker(captioner, generation: Captioner.GenerationOptions())
        await #expect(throws: Full.self) {
            _ = try await Watchdog.guarding {
                try await worker(reading: requests.fileHandleForReading.fileDescriptor) { _ in throw Full() }
            }
        }
    }

    @Test func whatCannotBeReadIsReportedAfterTheAnswers() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let worker = Worker(captioner, generation: Captioner.GenerationOptions())
        await #expect(throws: FileError.self) { _ = try await worker(reading: -1) { _ in } }
    }
}
