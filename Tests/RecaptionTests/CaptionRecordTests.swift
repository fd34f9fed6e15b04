import Captioner
import DemoModel
import Foundation
import Recaption
import TestSupport
import Testing

@Suite struct CaptionRecordTests {
    @Test func captionsAndErrorsAreLinesOfJSON() throws {
        let failure = CaptionFailure(stage: .decode, message: "no \"JPEG\"\n")
        let record = CaptionRecord(path: "a/é \"1\".png", captions: .failure(failure))
        let line = try record.line()
        #expect(line == #"{"image": "a/é \"1\".png", "error": {"stage": "decode", "message": "no \"JPEG\"\n"}}"#)
    }

    /// One caption is a field, several are a list; how probable they are follows where it is asked for.
    @Test func captionsOfAnImage() async throws {
        let captioner = try await Captioner(model: DemoModel.checkpoint())
        var options = GenerationOptions()
        options.numBeams = 2
        options.numReturnSequences = 2
        let picture = Fixtures.pictures.appendingPathComponent("drawn-000.png")
        let captions = try await captioner.captions(of: .file(picture), options: options)
        let texts = captions.map(\.text)
        let one = CaptionRecord(path: "x", captions: .success([captions[0]]))
        #expect(try one.line() == #"{"image": "x", "caption": "\#(texts[0])"}"#)
        let list = CaptionRecord(path: "x", captions: .success(captions), isList: true)
        #expect(try list.line() == #"{"image": "x", "captions": ["\#(texts[0])", "\#(texts[1])"]}"#)
        let scored = CaptionRecord(
            path: "x", captions: .success([captions[0]]), isList: true, showsLogProbabilities: true)
        let fields = try #require(
            JSONSerialization.jsonObject(with: Data(scored.line().utf8)) as? [String: Any])
        let probability = try #require((fields["log_probabilities"] as? [Double])?.first)
        #expect(Float(probability) == captions[0].logProbability)
    }

    @Test func filesAreNotOverwrittenUnlessTold() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("precious", as: "out.jsonl").path
        #expect(throws: RecaptionError.outputExists(path: file)) { try RecordWriter(path: file, overwrites: false) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        let record = CaptionRecord(path: "x", captions: .failure(CaptionFailure(stage: .read, message: "gone")))
        try RecordWriter(path: file, overwrites: true).write([record, record])
        let line = #"{"image": "x", "error": {"stage": "read", "message": "gone"}}"# + "\n"
        #expect(try String(contentsOfFile: file, encoding: .utf8) == line + line)
    }

    @Test func outputInAMissingFolderIsAnErrorThatNamesIt() {
        #expect(throws: RecaptionError.unwritableOutput(path: "/no/such/x", cause: "No such file or directory")) {
            try RecordWriter(path: "/no/such/x", overwrites: false)
        }
    }
}
