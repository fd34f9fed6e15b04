import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

@Suite(.timeLimit(.minutes(5))) struct SidecarRevisionTests {
    private func apply(
        _ captions: [String]?, former: [String], to text: String?, in folder: TemporaryFolder
    ) throws -> (SidecarRevision.Outcome, String?) {
        if let text { try folder.write(text, as: "a.txt") }
        var revision = SidecarRevision(SidecarRules(), protecting: [])
        let image = PictureFile(path: FilePath(folder.path("a.jpg")))
        revision.claim(for: 1, beside: image)
        let outcome = try revision.apply(captions, former: former.map { [$0] }, for: 1, beside: image)
        return (outcome, try? folder.text("a.txt"))
    }

    @Test(arguments: [
        // What says the caption is replaced, whatever editor saved it.
        ("a dog\n", "a cat\n"), ("a dog", "a cat\n"), ("\u{FEFF}a dog\r\n\r\n", "a cat\n"),
        // What was given to it before counts, too.
        ("a hound\n", "a cat\n"),
        // A part of a text is replaced in its place.
        ("1girl, a dog\n", "1girl, a cat\n"), ("a dog, 1girl\r\nx", "a cat, 1girl\r\nx"),
        // The longest one that is there.
        ("x, a dog in a park \n", "x, a cat \n"),
    ])
    func textsThatSayIt(_ old: String, _ new: String) throws {
        let former = ["a dog", "a dog in a park", "a hound"]
        let (outcome, text) = try apply(["a cat"], former: former, to: old, in: TemporaryFolder())
        #expect(outcome == .written && text == new)
    }

    @Test func whatIsSoAlreadyStays() throws {
        for old in ["a cat\n", "a cat", "1girl, a cat"] {
            let (outcome, text) = try apply(["a cat"], former: ["a dog"], to: old, in: TemporaryFolder())
            #expect(outcome == .unchanged && text == old)
        }
    }

    @Test(arguments: [
        "a bird", "a dog and a dog", "hotdog: a dogma", "", "not a dog, but a wolf", "x a dog", "x, a dog, y",
    ])
    func otherTextsStay(_ old: String) throws {
        let folder = try TemporaryFolder()
        for captions in [["a cat"], nil] {
            let error = #expect(throws: ItemFailure.self) {
                try apply(captions, former: ["a dog"], to: old, in: folder)
            }
            #expect(error?.message.contains("it says something else") == true)
            #expect(try folder.text("a.txt") == old)
        }
    }

    @Test func rejectedTextsAreRemoved() throws {
        let (outcome, text) = try apply(nil, former: ["a dog"], to: "a dog\n", in: TemporaryFolder())
        #expect(outcome == .removed && text == nil)
        let (none, _) = try apply(nil, former: ["a dog"], to: nil, in: TemporaryFolder())
        #expect(none == .unchanged)
    }

    @Test func missingTextsAreWritten() throws {
        let (outcome, text) = try apply(["a cat", "b"], former: ["a dog"], to: nil, in: TemporaryFolder())
        #expect(outcome == .written && text == "a cat\nb\n")
    }

    @Test func oneTextBelongsToTheFirstOfTwoImages() throws {
        let folder = try TemporaryFolder()
        var revision = SidecarRevision(SidecarRules(), protecting: [])
        let images = ["a.jpg", "a.png"].map { PictureFile(path: FilePath(folder.path($0))) }
        for (row, image) in images.enumerated() { revision.claim(for: row, beside: image) }
        #expect(try revision.apply(["a cat"], former: [["a dog"]], for: 0, beside: images[0]) == .written)
        for captions in [["a dog"], nil] {
            #expect(throws: ItemFailure.self) {
                try revision.apply(captions, former: [["a cat"]], for: 1, beside: images[1])
            }
        }
        #expect(try folder.text("a.txt") == "a cat\n")
    }

    @Test func filesOfTheRunStay() throws {
        let folder = try TemporaryFolder()
        let output = FilePath(try folder.write("a dog\n", as: "out.jsonl").path)
        try FileManager.default.createSymbolicLink(atPath: folder.path("a.txt"), withDestinationPath: "out.jsonl")
        var revision = SidecarRevision(SidecarRules(), protecting: [output])
        let image = PictureFile(path: FilePath(folder.path("a.jpg")))
        revision.claim(for: 1, beside: image)
        for captions in [["a cat"], nil] {
            #expect(throws: ItemFailure.self) {
                try revision.apply(captions, former: [["a dog"]], for: 1, beside: image)
            }
        }
        #expect(try folder.text("out.jsonl") == "a dog\n")
    }
}
