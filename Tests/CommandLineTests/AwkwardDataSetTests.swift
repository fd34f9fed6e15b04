import Foundation
import TestSupport
import Testing

/// Data sets as people have them: fields, tokens and images that are not what they should be, and none lost in silence.
@Suite(.timeLimit(.minutes(45))) struct AwkwardDataSetTests {
    private let folder: TemporaryFolder
    private let composed = "caf\u{E9}"
    private let decomposed = "cafe\u{301}"

    init() throws {
        folder = try TemporaryFolder()
        try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-000.png"), as: "red.png")
    }

    private func run(_ lines: [String], _ arguments: String...) throws -> CommandLineTool.Result {
        try folder.write(lines.joined(separator: "\n") + "\n", as: "set.jsonl")
        return try CommandLineTool.run(
            ["set.jsonl", "--no-sample", "--overwrite", "-o", "out.jsonl"] + arguments, in: folder.url)
    }

    private func lines(_ name: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: folder.path(name)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func sample(_ id: Int = 1, _ rest: String = "", images: String = #"["red.png"]"#) -> String {
        #"{"id": \#(id), "text": "<__dj__image>\nold words <|__dj__eoc|>", "images": \#(images)\#(rest)}"#
    }

    @Test(arguments: ["better-synth", "data-juicer-1.6"])
    func fieldsThatDifferInBytesAloneAreTwo(profile: String) throws {
        let fields = #", "\#(composed)": 1, "\#(decomposed)": 2"#
        #expect(try run([sample(1, fields)], "--compat", profile).status == 0)
        let row = try #require(lines("out.jsonl").first).replacing(" ", with: "")
        #expect(row.utf8.contains(#""\#(composed)":1,"\#(decomposed)":2"#.utf8))
    }

    @Test func theFieldThatIsNamedIsRead() throws {
        let texts = #"{"\#(composed)": "no token", "\#(decomposed)": "<__dj__image>", "images": ["red.png"]}"#
        #expect(try run([texts], "--text-key", decomposed).errors.contains("1 captioned"))
        #expect(try run([texts], "--text-key", composed).errors.contains("0 captioned, 1 kept as they were"))
    }

    @Test func idsThatDifferInBytesAloneHaveTheirOwnQuestions() throws {
        let samples = [composed, decomposed].map {
            #"{"id": "\#($0)", "text": "<__dj__image> a <|__dj__eoc|>", "images": ["red.png"]}"#
        }
        let questions = [composed, decomposed].enumerated().map {
            #"{"id": "\#($1)", "image": "x", "conversations": [{"from": "human", "value": "<image>\nQ\#($0)?"}, {"from": "gpt", "value": "x"}]}"#
        }
        try folder.write("[\(questions.joined(separator: ", "))]", as: "questions.json")
        #expect(try run(samples, "--format", "llava", "--questions", "questions.json").status == 0)
        let made = try #require(lines("out.jsonl").first)
        #expect(made.contains(#""caf\u00e9", "conversations": [{"from": "human", "value": "<image>\nQ0?"}"#), "\(made)")
        #expect(
            made.contains(#""cafe\u0301", "conversations": [{"from": "human", "value": "<image>\nQ1?"}"#), "\(made)")
    }

    @Test func samplesWithoutAPlaceForAnImageAreCounted() throws {
        let texts = ["<image>\\nold words", "no token", ""]
        let result = try run(
            texts.map { #"{"text": "\#($0)", "images": ["red.png"]}"# } + [#"{"text": "x", "images": []}"#],
            "--summary", "summary.json")
        #expect(result.status == 0)
        #expect(result.errors.contains("0 captioned, 4 kept as they were"), "\(result.errors)")
        #expect(
            result.errors.contains(
                "3 samples without a place for an image, first sample 1: <__dj__image> is not in the text, but <image> is; --image-token '<image>' captions them"
            ), "\(result.errors)")
        #expect(result.errors.contains("1 sample without images"))
        let summary = try lines("summary.json").joined()
        for figure in ["\"done\" : 0", "\"unchanged\" : 4", "\"without_place\" : 3"] {
            #expect(summary.contains(figure))
        }
        #expect(
            try run([#"{"text": "<image> a", "images": ["red.png"]}"#], "--image-token", "<image>").errors.contains(
                "1 captioned"))
    }

    @Test func imagesWithoutAPlaceAreMentioned() throws {
        let result = try run([sample(1, images: #"["red.png", "red.png", "gone.png"]"#)])
        #expect(result.status == 0)
        #expect(
            result.errors.contains(
                "1 sample with more images than places in the text, first sample 1 (id 1), with 3 images and a place for 1: 2 images were not captioned"
            ), "\(result.errors)")
    }

    @Test func addressesStayAndAreNamed() throws {
        let addresses = ["https://example.org/dog.jpg", "S3://bucket/dog.jpg", "ftp://x/y.png"]
        let result = try run(
            addresses.map { sample(images: #"["\#($0)"]"#) } + [#"{"text": "x", "images": ["https://a/b"]}"#])
        #expect(result.status == 2)
        let rows = try lines("out.jsonl")
        for (row, address) in zip(rows, addresses + ["https://a/b"]) {
            #expect(row.contains(#""images": ["\#(address)"]"#))
        }
        #expect(
            try lines("out.jsonl.errors.jsonl")[0].contains(
                "cannot read https://example.org/dog.jpg: an address (https:), and nothing is fetched; download the image first"
            ))
        #expect(
            result.errors.contains("3 x read: an address") && !result.errors.contains("x read: cannot"),
            "\(result.errors)")
    }

    @Test func filesAndDataInAddressesAreCaptioned() throws {
        let data = try Data(contentsOf: folder.url.appendingPathComponent("red.png"))
        try folder.write(Array(data), as: "a b#1.png")
        let root = folder.url.path
        let images = [
            "file://\(root)/red.png", "file://localhost\(root)/a%20b%231.png", "FILE:\(root)/a b#1.png",
            "data:image/png;base64,\(data.base64EncodedString())", "red.png",
        ]
        let result = try run(images.map { sample(images: #"["\#($0)"]"#) })
        #expect(result.status == 0, "\(result.errors)")
        let rows = try lines("out.jsonl")
        #expect(rows.count == 5)
        for (row, image) in zip(rows, images.dropLast()) { #expect(row.hasSuffix(#""images": ["\#(image)"]}"#)) }
        #expect(Set(rows.map { $0.prefix(while: { $0 != "|" }) }).count == 1)
        let long = "data:image/png;base64," + String(repeating: "A", count: 4000)
        #expect(try run([sample(images: #"["\#(long)"]"#)]).status == 2)
        let error = try #require(lines("out.jsonl.errors.jsonl").first)
        #expect(error.utf8.count < 500 && error.contains("AAA... (4022 bytes)\""), "\(error)")
        for bad in ["file://elsewhere/x.png", "data:image/png;base64,*", "a\\u0000b.png"] {
            #expect(try run([sample(images: #"["\#(bad)"]"#)]).status == 2, "\(bad)")
        }
    }

    /// As the two versions of Data-Juicer write paths: one knows addresses, the other joins them to the folder.
    @Test func addressesWithProfiles() throws {
        let line = #"{"text": "x", "images": ["HTTPS://a/b", "s3://c", "data:,", "r.png"]}"#
        #expect(try run([line], "--compat", "data-juicer-1.6", "--keep-original").status == 2)
        try folder.write(line + "\n" + #"{"text": "y", "images": []}"# + "\n", as: "set.jsonl")
        for (profile, first) in [
            ("data-juicer-1.6", "HTTPS://a/b"), ("better-synth", "\(folder.url.path)/HTTPS://a/b"),
        ] {
            let result = try run(
                [#"{"text": "y", "images": [], "audios": ["HTTPS://a/b"]}"#], "--compat", profile, "--keep-original")
            #expect(result.status == 0, "\(result.errors)")
            let row = try #require(lines("out.jsonl").first).replacing("\\/", with: "/")
            #expect(row.contains(#"["\#(first)"]"#), "\(row)")
        }
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE] + Array("{\0}\0".utf8), "it is text in UTF-16 or UTF-32; save it as UTF-8"),
            (
                Array(#"{"text": "a"}"#.utf8).flatMap { [0, 0, 0, $0] },
                "it is text in UTF-16 or UTF-32; save it as UTF-8"
            ),
            (
                Array(#"{"text": "a"}"#.utf8).flatMap { [$0, 0, 0, 0] },
                "it is text in UTF-16 or UTF-32; save it as UTF-8"
            ),
            (
                Array("a.jsonl".utf8) + [UInt8](repeating: 0, count: 250) + Array("ustar\0\n{\"text\": 1}".utf8),
                "it is an archive (tar); unpack it"
            ),
            ([0x28, 0xB5, 0x2F, 0xFD, 0x0A, 0x7B], "it is compressed (Zstandard); unpack it"),
            (
                Array(#"[{"text": "a"}, {"text": "b"}]"#.utf8),
                "it is a JSON array, expected a JSON object a line; jq -c '.[]'"
            ),
            (Array("[\n{\"text\": \"a\"}\n]\n".utf8), "it is a JSON array, expected a JSON object a line; jq -c '.[]'"),
            (
                Array("{\n  \"text\": \"a\"\n}\n".utf8),
                "it is JSON over several lines, expected a JSON object a line; jq -c ."
            ),
            (Array("<!DOCTYPE html>\n<html>\n".utf8), "it is a web page (HTML) that was saved in place of the file"),
            (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "it is a pointer of Git LFS"),
        ] as [([UInt8], String)])
    func whatIsNoDataSetIsNamed(contents: [UInt8], cause: String) throws {
        try folder.write(contents, as: "set.jsonl")
        let result = try CommandLineTool.run(["set.jsonl", "-o", "out.jsonl"], in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("caption-images: cannot read set.jsonl: \(cause)"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.jsonl")))
    }

    /// A file is not judged by its first line alone.
    @Test(arguments: [
        "<html><head>cut", "P6 255 255", "data:image/png;base64,AAAA", "{", #"{"text": "cut"#, #"[{"text": "cut"}"#,
        "version https://git-lfs.github.com/spec/v1", "\u{28}\u{B5}", "\0\0\0{",
    ])
    func aBadFirstLineFailsAlone(line: String) throws {
        let result = try run([line, sample(2)])
        #expect(result.status == 2, "\(result.errors)")
        #expect(try lines("out.jsonl").count == 1)
        #expect(try #require(lines("out.jsonl.errors.jsonl").first).contains("sample 1: not JSON: "))
    }

    @Test(arguments: [
        ("https://example.org/set.jsonl", "an address (https:), and nothing is fetched; download the file first"),
        ("folder.jsonl", "it is a folder, expected a file"),
        ("set.jsonl.zst", "it is compressed (Zstandard); unpack it"),
    ])
    func whatIsNoFileOfSamplesIsNamed(input: String, cause: String) throws {
        try folder.write([0x28, 0xB5, 0x2F, 0xFD, 0x24], as: "set.jsonl.zst")
        try folder.write("", as: "folder.jsonl/x")
        let result = try CommandLineTool.run([input, "-o", "out.jsonl"], in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("caption-images: cannot read \(input): \(cause)"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.jsonl")))
    }

    /// What no program could write again is left as it was, byte for byte.
    @Test func halvesOfSurrogatePairsAreKept() throws {
        let kept = [
            #"{"id": 1, "text": "<__dj__image> a \ud800 <|__dj__eoc|>", "images": ["red.png"]}"#,
            #"{"id": 2, "text": "<__dj__image> a <|__dj__eoc|>", "images": ["red\udc00.png", "red.png"]}"#,
            #"{"id": 3, "text": "<__dj__image> a <|__dj__eoc|>", "images": ["red.png"], "p": "\ud83d"}"#,
        ]
        let captioned =
            #"{"id": "\ud800", "text": "<__dj__image> a <|__dj__eoc|>", "images": ["red.png"], "x": "\udfff"}"#
        let result = try run(kept + [captioned], "--prompt-key", "p")
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains("1 captioned") && !result.errors.contains("2 captioned"), "\(result.errors)")
        let rows = try lines("out.jsonl")
        #expect(Array(rows[..<3]) == kept.map { $0.replacing("\"red.png", with: "\"" + folder.path("red.png")) })
        #expect(
            rows[3].hasPrefix(#"{"id": "\ud800", "text": "<__dj__image> "#) && rows[3].hasSuffix(#", "x": "\udfff"}"#))
        let errors = try lines("out.jsonl.errors.jsonl")
        for (error, field) in zip(errors, ["text", "images", "p"]) {
            #expect(
                error.contains(#"\"\#(field)\" has half of a surrogate pair, such as \\ud800, which is no character"#))
        }
        #expect(try run([captioned], "--format", "jsonl").status == 0)
        #expect(try #require(lines("out.jsonl").first).hasPrefix(#"{"id": "\ud800", "image": "#))
        for (profile, field) in [("better-synth", #""x":"\udfff""#), ("data-juicer-1.6", #""x": "\udfff""#)] {
            #expect(try run([captioned], "--compat", profile).status == 0)
            #expect(try #require(lines("out.jsonl").first).contains(field))
        }
    }

    /// No table has a column of such a name; everything else keeps it.
    @Test func halvesOfSurrogatePairsInNamesAreKept() throws {
        let (start, end) = (
            #"{"\ud800": {"\udfff x": 1}, "id": 7, "text": ""#, #"", "images": ["red.png"], "�": 1, "\udc00": 2}"#
        )
        let line = start + "<__dj__image> a <|__dj__eoc|>" + end
        #expect(try run([line]).status == 0)
        let row = try #require(lines("out.jsonl").first)
        #expect(row.hasPrefix(start) && row.hasSuffix(end.replacing("red.png", with: folder.path("red.png"))))
        #expect(try run([line], "--format", "jsonl").status == 0)
        try folder.write(line + "\n", as: "in.jsonl")
        #expect(try CommandLineTool.run(["draw", "in.jsonl", "-o", "drawn"], in: folder.url).status == 0)
        #expect(try lines("drawn") == [line])
        try folder.write(
            #"[{"\ud800": 1, "id": 7, "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "!"}]}]"#,
            as: "q.json")
        let converted = try CommandLineTool.run(
            ["convert", "in.jsonl", "--questions", "q.json", "-o", "training"], in: folder.url)
        #expect(converted.status == 0, "\(converted.errors)")
        let report = try CommandLineTool.run(["report", "drawn", "-o", "page.html"], in: folder.url)
        #expect(report.status == 0 && report.errors.contains("1 row"), "\(report.errors)")
        for profile in ["better-synth", "data-juicer-1.6"] {
            #expect(try run([line, sample()], "--compat", profile, "--keep-original").status == 2)
            #expect(try lines("out.jsonl").count == 2)
            #expect(
                try lines("out.jsonl.errors.jsonl").map { $0.contains("a name in it has half of a surrogate pair") }
                    == [true])
        }
    }

    @Test func byteOrderMarksAtTheStartOfFilesArePassedOver() throws {
        #expect(try run([sample()]).status == 0)
        let description = try lines("out.jsonl.run.json").joined(separator: "\n")
        try folder.write("\u{FEFF}" + description, as: "out.jsonl.run.json")
        try folder.write(
            "\u{FEFF}dataset_path: set.jsonl\nexport_path: out.jsonl\nprocess:\n  - image_captioning_mapper:\n",
            as: "recipe.yaml")
        let again = try CommandLineTool.run(["--config", "recipe.yaml", "--no-sample"], in: folder.url)
        #expect(again.status == 0, "\(again.errors)")
        try folder.write(Array("dataset_path: caf".utf8) + [0xE9, 0x0A], as: "recipe.yaml")
        let latin = try CommandLineTool.run(["--config", "recipe.yaml"], in: folder.url)
        #expect(latin.status == 1 && latin.errors.contains("cannot read recipe.yaml: not UTF-8"), "\(latin.errors)")
    }

    /// pandas writes null for what JSON has no number for, and so a run finds its rows again.
    @Test func infinitiesWithProfiles() throws {
        #expect(try run([sample(1, #", "x": 1e400, "y": [1.5, -1e400]"#)], "--compat", "better-synth").status == 0)
        #expect(try #require(lines("out.jsonl").first).contains(#""x":null,"y":[1.5,null]"#))
        let again = try CommandLineTool.run(
            ["set.jsonl", "--no-sample", "-o", "out.jsonl", "--compat", "better-synth"], in: folder.url)
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test func questionsAreLookedAtFirst() throws {
        for contents in ["{}", "[]", "<html>"] {
            try folder.write(contents, as: "questions.json")
            let result = try run([sample()], "--format", "llava", "--questions", "questions.json")
            #expect(result.status == 1 && result.errors.contains("cannot read questions.json: "), "\(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.path("out.jsonl.rows.jsonl")))
        }
    }

    @Test(arguments: ["total", "errors", "rows"])
    func damagedDescriptionsAreNamed(field: String) throws {
        #expect(try run([sample()]).status == 0)
        let description = try lines("out.jsonl.run.json").joined()
            .replacing(try Regex("\"\(field)\": [0-9]+"), with: "\"\(field)\": -1")
        try folder.write(description, as: "out.jsonl.run.json")
        for arguments in [["set.jsonl", "--no-sample", "-o", "out.jsonl"], ["merge", "out.jsonl", "-o", "m.jsonl"]] {
            let result = try CommandLineTool.run(arguments, in: folder.url)
            #expect(result.status == 1 && result.errors.contains("out.jsonl.run.json is damaged: "), "\(result.errors)")
        }
    }

    @Test func badLinesAreNamedWithTheirPlace() throws {
        let bytes =
            Array("\u{FEFF}\(sample(1))\n\u{FEFF}\(sample(2))\n".utf8) + Array(#"{"text": "caf"#.utf8) + [
                0xE9, 0x22, 0x7D, 0x0A,
            ]
        try folder.write(bytes + Array(sample(4).utf8), as: "set.jsonl")
        let result = try CommandLineTool.run(["set.jsonl", "-o", "out.jsonl"], in: folder.url)
        #expect(result.status == 2)
        #expect(try lines("out.jsonl").count == 2)
        let errors = try lines("out.jsonl.errors.jsonl")
        #expect(
            errors[0].contains(
                "sample 2: not JSON: a byte order mark, which only the beginning of a file may have, at byte 0"))
        #expect(errors[1].contains("sample 3: not JSON: not UTF-8 (0xE9) at byte 13"))
    }

    /// Neither a broken description nor a name that leaves no room for the files beside it is said to resume.
    @Test func noPromiseIsMadeThatDoesNotHold() throws {
        #expect(try run([sample()]).status == 0)
        try folder.write("{", as: "out.jsonl.run.json")
        let broken = try CommandLineTool.run(["set.jsonl", "--no-sample", "-o", "out.jsonl"], in: folder.url)
        #expect(broken.status == 1)
        #expect(broken.errors.contains("out.jsonl.run.json is damaged: "))
        #expect(broken.errors.contains("--overwrite begins anew") && !broken.errors.contains("the same command"))
        let name = String(repeating: "a", count: 249) + ".jsonl"
        let long = try CommandLineTool.run(["set.jsonl", "-o", name], in: folder.url)
        #expect(long.status == 1)
        #expect(long.errors.contains("its name is too long: with .errors.jsonl after it"), "\(long.errors)")
        #expect(!long.errors.contains("the same command"))
        #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }
}
