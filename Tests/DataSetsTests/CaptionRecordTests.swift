import Captioner
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles

@Suite struct CaptionRecordTests {
    @Test func captionsAndErrorsAreLinesOfJSON() {
        let failure = ItemFailure(stage: .decode, message: "no \"JPEG\"\n")
        let record = CaptionRecord(path: "a/é \"1\".png", answer: .failure(failure))
        #expect(
            record.json.json()
                == #"{"image": "a/é \"1\".png", "error": {"stage": "decode", "message": "no \"JPEG\"\n"}}"#)
    }

    /// One caption is a field, several are a list; how probable they are follows where it is asked for.
    @Test func captionsOfAnImage() {
        let captions = [
            ImageCaption(text: "a dog", logProbability: -1.5, note: "cut"), ImageCaption(text: "x", logProbability: -2),
        ]
        let one = CaptionRecord(path: "x", answer: .success([captions[0]]))
        #expect(one.json.json() == #"{"image": "x", "caption": "a dog", "note": "cut"}"#)
        let list = CaptionRecord(
            id: .number("1.0"), path: "x", answer: .success(captions),
            shape: .init(isList: true, showsLogProbabilities: true))
        #expect(
            list.json.json()
                == #"{"id": 1.0, "image": "x", "captions": ["a dog", "x"], "log_probabilities": [-1.5, -2.0], "note": "cut"}"#
        )
    }

    @Test func filesAreNotOverwrittenUnlessAsked() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("precious", as: "out.jsonl").path
        #expect(throws: FileError.outputExists(path: file)) {
            try RecordWriter(path: FilePath(file), overwrites: false)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        try RecordWriter(path: FilePath(file), overwrites: true).write(Data("new".utf8))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "new")
    }

    @Test func outputInAMissingFolderIsAnErrorThatNamesIt() {
        #expect(throws: FileError.unwritableOutput(path: "/no/such/x", cause: "No such file or directory")) {
            try RecordWriter(path: "/no/such/x", overwrites: false)
        }
    }
}
