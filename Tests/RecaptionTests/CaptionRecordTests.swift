import Captioner
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
