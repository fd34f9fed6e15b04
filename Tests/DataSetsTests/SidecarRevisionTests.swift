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
        var revision = SidecarRevision(ending: Array(".txt".utf8))
        let outcome = try revision.apply(
            captions, former: former.map { [$0] }, beside: PictureFile(path: FilePath(folder.path("a.jpg"))))
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
        ("x, a dog in a park, y", "x, a cat, y"),
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

    @Test(arguments: ["a bird", "a dog and a dog", "hotdog: a dogma", ""])
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
        var revision = SidecarRevision(ending: Array(".txt".utf8))
        func apply(_ name: String, _ caption: String) throws -> SidecarRevision.Outcome {
            try revision.apply([caption], former: [["a dog"]], beside: PictureFile(path: FilePath(folder.path(name))))
        }
        #expect(try apply("a.jpg", "a cat") == .written)
        #expect(throws: ItemFailure.self) { try apply("a.png", "a dog") }
        #expect(try apply("a.png", "a cat") == .unchanged)
        #expect(try folder.text("a.txt") == "a cat\n")
    }
}
