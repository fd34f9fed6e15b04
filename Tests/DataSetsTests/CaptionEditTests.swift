import CaptionerFiles
import CaptionerJSON
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// What is done to captions, and to texts that captions are added to.
struct CaptionEditTests {
    private func edited(
        _ text: String, image: String = "/photos/10_ohwx man/beach.day.jpg",
        _ change: (inout CaptionEdits) throws -> Void
    ) throws -> String {
        var edits = CaptionEdits()
        try change(&edits)
        let task = CaptionTask(picture: PictureFile(path: FilePath(exactly: image)), name: "beach.jpg", prompt: nil)
        let answers = edits.edited([.success([ImageCaption(text: text)])], of: [task])
        return try #require(try answers.first?.get().first?.text)
    }

    @Test(arguments: [
        ("(?i)a photo of =", "A photo of a cat", "a cat"), (#"(\w+) dog=$1 hound"#, "a big dog", "a big hound"),
        (#"\==eq"#, "a=b", "aeqb"), ("(?<=a )cat=dog", "a cat, the cat", "a dog, the cat"), ("x==", "x", "="),
        ("(?=b)=a", "b", "ab"), ("e=", "cafe\u{301}", "caf\u{301}"), ("^.*$=", "all", ""), ("\\.$=", "end.", "end"),
        ("\\\\=x", "a\\b", "axb"), (#"(a)=\$2 $0\\$1"#, "a", #"$2 a\a"#), (#"a=US$ \\"#, "a", #"US$ \"#),
    ])
    func replacements(replacement: String, text: String, expected: String) throws {
        let result = try edited(text) { $0.replacements = [try CaptionReplacement(replacement)] }
        #expect(Array(result.utf8) == Array(expected.utf8))
    }

    @Test func theOrderOfEdits() throws {
        let text = try edited("  The Dog, the Cat and so on\n") {
            $0.replacements = [try CaptionReplacement("Dog=Wolf"), try CaptionReplacement("Wolf=FOX")]
            $0.lowercases = true
            $0.maxWords = 2
            $0.prefix = try CaptionTemplate("OHWX {name}, ")
            $0.suffix = try CaptionTemplate(", {folder} {red|blue} {")
        }
        #expect(text == "  OHWX beach.day, the fox, 10_ohwx man {red|blue} {\n")
    }

    @Test(arguments: [
        (1, "a b", "a"), (2, "a b", "a b"), (3, "a b", "a b"), (2, "a b,; c", "a b"), (2, "a b,", "a b,"),
        (1, "", ""),
        (1, ", b", ""), (2, "a\u{A0}b c", "a\u{A0}b"), (2, "a , b", "a"), (2, "a ; , b", "a"),
    ])
    func greatestNumberOfWords(count: Int, text: String, expected: String) {
        #expect(CaptionEdits.firstWords(count, of: text) == expected)
    }

    @Test func mistakes() {
        #expect(throws: CaptionEditError.badExpression("(")) { try CaptionReplacement("(=x") }
        #expect(throws: CaptionEditError.noReplacement("abc")) { try CaptionReplacement("abc") }
        #expect(throws: CaptionEditError.noReplacement("=x")) { try CaptionReplacement("=x") }
        #expect(throws: CaptionEditError.unknownPlaceholder("nmae")) { try CaptionTemplate("{nmae}") }
        #expect(throws: CaptionEditError.unknownPlaceholder("Name")) { try CaptionTemplate("{Name}") }
        #expect(throws: CaptionEditError.unknownPlaceholder("file-name")) { try CaptionTemplate("{file-name}") }
        #expect(throws: CaptionEditError.noGroup(2, count: 1)) { try CaptionReplacement("(a)=$1$2") }
        #expect(throws: CaptionEditError.noGroup(1, count: 0)) { try CaptionReplacement(#"a=\\$1"#) }
    }

    @Test func namesThatAreMissingOrNotUTF8() throws {
        var edits = CaptionEdits()
        edits.prefix = try CaptionTemplate("{name} ")
        let answer = ImageAnswer.success([ImageCaption(text: "x"), .kept("old")])
        let address = CaptionTask(picture: DataAddress("data:,"), name: "data:,", prompt: nil)
        guard case .failure(let failure) = edits.edited([answer], of: [address])[0] else {
            Issue.record("a caption without a name")
            return
        }
        #expect(failure.stage == .write && failure.message.contains("{name}"))
        let path = FilePath(bytes: Array("caf".utf8) + [0xE9] + Array(".jpg".utf8))
        let latin = CaptionTask(picture: PictureFile(path: path), name: path.escaped, prompt: nil)
        #expect(try edits.edited([answer], of: [latin])[0].get().map(\.text) == ["caf%E9 x", "old"])
    }

    @Test(
        arguments: [
            ("old\n", ExistingText.append, "new", ", ", "old, new\n"), ("old, new\n", .append, "new", ", ", nil),
            ("new", .append, "new", ", ", nil), (" \n", .append, "new", ", ", "new\n"),
            ("old\r\n", .prepend, "new", "\n", "new\nold\n"), ("new, old", .prepend, "new", ", ", nil),
            ("\u{FEFF}old", .prepend, "new", " ", "new old\n"), ("old", .append, "", ", ", nil),
            ("old", .append, "a\nb\n", "\n", "old\na\nb\n"), ("renew", .append, "new", ", ", "renew, new\n"),
            ("cafe\u{301}", .append, "caf\u{E9}", ", ", "cafe\u{301}, caf\u{E9}\n"),
            ("tag1, \n", .append, "new", ", ", "tag1, new\n"), ("tag1,", .append, "new", ", ", "tag1, new\n"),
            ("x, new,", .append, "new", ", ", nil), (",new, x", .prepend, "new", ", ", nil),
            (", tag1", .prepend, "new", ", ", "new, tag1\n"), (",tag1", .prepend, "new", ", ", "new, tag1\n"),
            ("x |", .append, "new", " | ", "x | new\n"), ("my hand", .append, "new", " and ", "my hand and new\n"),
            ("new,", .append, "new", ", ", nil), (",", .prepend, "new", ", ", "new\n"),
            (" tag1", .prepend, "new", " ", "new  tag1\n"),
        ] as [(String, ExistingText, String, String, String?)])
    func additions(old: String, existing: ExistingText, new: String, separator: String, expected: String?) {
        let sum = SidecarAddition.contents(Array(old.utf8), adding: new, existing, separator: separator)
        #expect(sum == expected.map { Array($0.utf8) })
        // Once more adds nothing.
        if let sum {
            #expect(SidecarAddition.contents(sum, adding: new, existing, separator: separator) == nil)
        }
    }

    /// Whatever the two are, nothing is added twice, and nothing of the old text is lost but white space and marks at its ends.
    @Test(arguments: [ExistingText.append, .prepend]) func anyTextAndAnyCaption(existing: ExistingText) throws {
        var random = SplitMix64(seed: 11)
        let pieces = ["a", ", ", " ", ",", "\n", "\r\n", "\u{FEFF}", "b", "a, b", "e\u{301}", "\u{E9}", "\0"]
        func text() -> String { (0..<Int(random.next() % 6)).map { _ in pieces[Int(random.next() % 12)] }.joined() }
        for _ in 0..<3000 {
            let (old, caption, separator) = (text(), text(), pieces[Int(random.next() % 4)])
            let sum = SidecarAddition.contents(Array(old.utf8), adding: caption, existing, separator: separator)
            guard let sum else { continue }
            #expect(
                SidecarAddition.contents(sum, adding: caption, existing, separator: separator) == nil,
                "\(old.debugDescription) \(caption.debugDescription)")
            let kept = Array(old.utf8).filter { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
            let all = sum.filter { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
            #expect(existing == .append ? all.starts(with: kept) : all.suffix(kept.count).elementsEqual(kept))
        }
    }

    @Test func skippedImagesAsJSON() throws {
        for text in [#"["0-399,402","7"]"#, "[]", #"["","1"]"#] {
            let json = try JSONParser.parse(Array(text.utf8))
            #expect(try #require(SkippedImages(json: json)).json == json)
        }
        for text in [#"["1-"]"#, #"["a"]"#, "[1]", "{}", #"["3-2"]"#, #"["-1"]"#, #"["9223372036854775807"]"#] {
            #expect(SkippedImages(json: try JSONParser.parse(Array(text.utf8))) == nil, "\(text)")
        }
        let skipped = try #require(SkippedImages(json: .array([.string("0-1,3"), .string("2")])))
        #expect([0, 1, 2, 3].map { skipped.contains(0, of: $0) } == [true, true, false, true])
        #expect(skipped.contains(1, of: 2) && !skipped.contains(1, of: 0) && !skipped.contains(2, of: 0))
    }
}
