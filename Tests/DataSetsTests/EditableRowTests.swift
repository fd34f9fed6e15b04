import CaptionerJSON
import Foundation
import Testing

@testable import CaptionerDataSets

@Suite(.timeLimit(.minutes(5))) struct EditableRowTests {
    private func row(_ line: String, holdsSamples: Bool = false) throws(RowEditError) -> EditableRow {
        try EditableRow(line: Array(line.utf8), fields: DataSetFields(), holdsSamples: holdsSamples)
    }

    @Test(arguments: [
        // Every other byte stays: spaces, the order of members, escapes, numbers.
        (
            #"{"id":7.0, "image": "a\/b.jpg","caption" : "a d\u00f6g" , "x": [1e5,  2]}"#, ["a dög"], ["a cat"],
            #"{"id":7.0, "image": "a\/b.jpg","caption" : "a cat" , "x": [1e5,  2]}"#
        ),
        (
            #"{"image": "a", "captions": ["x", "y"], "log_probabilities": [-1.5, -2], "similarities": [0.1, 0.2]}"#,
            ["x", "y"], ["x", "z\nz"],
            #"{"image": "a", "captions": ["x", "z\nz"], "log_probabilities": null, "similarities": null}"#
        ),
        (
            #"{"image": "a", "caption": "x", "log_probability": -1.5, "kept": "old", "note": "odd"}"#, ["x"], ["y"],
            #"{"image": "a", "caption": "y", "log_probability": null, "kept": null, "note": "odd"}"#
        ),
        // A line of metadata.jsonl.
        (
            #"{"file_name": "a.png", "text": "x", "similarity": 3}"#, ["x"], ["y"],
            #"{"file_name": "a.png", "text": "y", "similarity": 3}"#
        ),
        // What is odd in a caption that stays does not matter.
        (
            #"{"image": "a", "captions": ["x", "\r"]}"#, ["x", "\r"], ["y", "\r"],
            #"{"image": "a", "captions": ["y", "\r"]}"#
        ),
        (
            #"{"file_name": "a.png", "text": ["x", "y"]}"#, ["x", "y"], ["1", "2"],
            #"{"file_name": "a.png", "text": ["1", "2"]}"#
        ),
        // Tokens of a sample stay, with the space around the words, and chunks without words.
        (
            #"{"text": "<__dj__image> a dog <|__dj__eoc|><__dj__image>\ntwo cats<|__dj__eoc|> <|__dj__eoc|>", "images": ["a", "b"], "__dj__stats__": {"x": 1}}"#,
            ["a dog", "two cats"], ["one", "two"],
            #"{"text": "<__dj__image> one <|__dj__eoc|><__dj__image>\ntwo<|__dj__eoc|> <|__dj__eoc|>", "images": ["a", "b"], "__dj__stats__": null}"#
        ),
    ])
    func otherBytesStay(_ line: String, _ captions: [String], _ new: [String], _ expected: String) throws {
        let row = try row(line)
        #expect(row.captions == captions)
        #expect(try row.line(with: new) == expected)
        #expect(try self.row(expected).captions == new)
    }

    @Test(arguments: [
        (#"{"image": "a", "error": {"stage": "read", "message": "gone"}}"#, "it has no caption, but an error"),
        (#"{"image": "a", "conversations": []}"#, "it has no caption"),
        (#"{"image": "a", "captions": []}"#, "it has no caption"),
        (#"{"image": "a", "captions": ["x", 1]}"#, #""captions" holds something that is no text"#),
        (#"{"text": "a <__dj__image> b", "images": ["a"]}"#, "its words are on both sides of a token"),
        (#"{"text": "<__dj__image>", "images": ["a"]}"#, "its text has no words"),
        (#"{"text": "\ud800", "images": ["a"]}"#, "it has no text"),
        ("[1]", "it is no JSON object"),
    ])
    func rowsThatCannotBeEdited(_ line: String, _ cause: String) {
        #expect(throws: RowEditError.fixed(cause)) { try row(line) }
    }

    @Test func captionsThatNoRowCanHold() throws {
        let sample = try row(#"{"text": "<__dj__image> a", "images": ["a"]}"#)
        for (captions, cause) in [
            ([], "there are 0 captions, expected 1"), (["a", "b"], "there are 2 captions, expected 1"),
            ([" \n"], "a caption is empty"), (["a\u{0}b"], "a caption has control characters"),
            (["a <__dj__image>"], "a caption has the token <__dj__image>"),
            // An accent does not hide it.
            (["a <|__dj__eoc|>\u{301}"], "a caption has the token <|__dj__eoc|>"),
            ([String(repeating: "a", count: EditableRow.captionLimit + 1)], "a caption is longer than 1 MB"),
        ] {
            #expect(throws: RowEditError.invalid(cause)) { try sample.line(with: captions) }
        }
    }

    @Test func tables() throws {
        func row(_ line: String, _ header: String) throws -> EditableRow {
            try EditableRow(csv: Array(line.utf8), header: Array(header.utf8))
        }
        let header = "id,image,caption,log_probability,note,error_stage,error_message"
        let one = try row("7,\"a,b\",\"say \"\"hi\"\"\",-1.5,,,\r", header)
        #expect(one.captions == ["say \"hi\""])
        #expect(try one.line(with: ["x, \"y\"\nz"]) == "7,\"a,b\",\"x, \"\"y\"\"\nz\",,,,\r")
        let two = try row("7,a,\"x\ny\",,,,", header.replacing("caption,", with: "captions,"))
        #expect(two.captions == ["x", "y"])
        #expect(try two.line(with: ["1", "2"]) == "7,a,\"1\n2\",,,,")
        #expect(throws: RowEditError.invalid("a caption has a line break")) { try two.line(with: ["1\n1", "2"]) }
        #expect(throws: RowEditError.fixed("it has no caption, but an error")) { try row("7,a,,,,read,gone", header) }
    }
}
