import Foundation
import TestSupport
import Testing

/// Archives as a user captions them.
@Suite(.timeLimit(.minutes(10))) struct ArchiveCommandTests {
    let folder: TemporaryFolder

    /// Two archives of two samples each, made by the system's tar.
    init() throws {
        folder = try TemporaryFolder()
        for (number, picture) in ["easy-vqa-000", "easy-vqa-001", "drawn-000", "drawn-001"].enumerated() {
            try folder.write("old \(number)", as: "in/00\(number).txt")
            try folder.write("{}", as: "in/00\(number).json")
            try folder.copy(Fixtures.pictures.appendingPathComponent("\(picture).png"), as: "in/00\(number).png")
        }
        let made = try shell(
            "cd in && tar -cf ../s-0.tar 000.png 000.txt 000.json 001.png 001.txt 001.json && tar -cf ../s-1.tar 002.* 003.*"
        )
        try #require(made.status == 0, "\(made.errors)")
    }

    private func shell(_ script: String) throws -> CommandLineTool.Result {
        try CommandLineTool.shell(script, in: folder.url)
    }

    private func caption(_ number: Int) throws -> String {
        let result = try shell("tool in/00\(number).png --quiet")
        let parts = result.output.components(separatedBy: #""caption": ""#)
        return parts.count == 2 ? String(parts[1].dropLast(3)) : ""
    }

    @Test func everyArchiveGetsAnArchive() throws {
        let result = try shell("tool 's-{0..1}.tar' --format webdataset -o out")
        #expect(result.status == 0, "\(result.errors)")
        let listed = try shell("tar -tf out/s-0.tar; tar -xOf out/s-1.tar 003.txt; tar -xOf out/s-1.tar 003.json")
        let caption = try caption(3)
        #expect(!caption.isEmpty)
        #expect(listed.output == "000.png\n000.txt\n000.json\n001.png\n001.txt\n001.json\n\(caption){}")
        // Once more there is nothing to do.
        let again = try shell("tool 's-{0..1}.tar' --format webdataset -o out")
        #expect(again.status == 0 && again.errors.contains("4 were done before"), "\(again.errors)")
        let other = try shell("tool 's-{0..1}.tar' --format webdataset -o out --max-new-tokens 3")
        #expect(other.status == 1 && other.errors.contains("max_new_tokens was 30 and is 3"), "\(other.errors)")
    }

    /// A part is some of the archives, and all parts together are what one run writes.
    @Test func shardsAreArchives() throws {
        let result = try shell(
            """
            tool 's-{0..1}.tar' --format webdataset -o whole --quiet &&
            tool 's-{0..1}.tar' --format webdataset -o parts --quiet --shard 1/2 && ls parts/*.tar &&
            tool 's-{0..1}.tar' --format webdataset -o parts --quiet --shard 2/2 &&
            cmp whole/s-0.tar parts/s-0.tar && cmp whole/s-1.tar parts/s-1.tar
            """)
        #expect(result.status == 0 && result.output == "parts/s-0.tar\n", "\(result.output) \(result.errors)")
    }

    @Test func archivesGoThroughPipes() throws {
        let result = try shell(
            """
            tool s-0.tar --format webdataset -o one.tar --quiet &&
            cat s-0.tar | tool --input-format webdataset - --format webdataset -o - --quiet | cmp - one.tar &&
            gzip -c s-0.tar | tool --input-format webdataset - --format webdataset -o piped.tar --quiet && cmp piped.tar one.tar &&
            cat s-0.tar s-1.tar | tool --input-format webdataset - --quiet
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines.count == 4 && result.lines.first?.hasPrefix(#"{"key": "000", "image": "000.png""#) == true)
    }

    /// What comes before the place where an archive is cut is captioned, and the archive that is made is whole.
    @Test func cutArchivesAreCaptionedAsFarAsTheyGo() throws {
        let result = try shell(
            "head -c $(($(wc -c < in/000.png) + 4000)) s-0.tar > cut.tar; tool cut.tar --format webdataset -o out; status=$?; tar -tf out/cut.tar; exit $status"
        )
        #expect(
            result.status == 2 && result.output.hasPrefix("000.png\n000.txt\n"), "\(result.output) \(result.errors)")
        let errors = try String(
            contentsOf: folder.url.appending(path: "out/cut.tar.rows.jsonl.errors.jsonl"), encoding: .utf8)
        #expect(errors.contains("cannot read cut.tar: it ends within "), "\(errors)")
    }

    @Test(arguments: [
        ("tool 's-{0..2}.tar' -o out --format webdataset", 1, "cannot read s-2.tar"),
        ("tool s-0.tar s-1.tar -o x.tar --format webdataset", 64, "name a folder"),
        ("tool s-0.tar -o x.jsonl --format sidecar", 64, "no place"),
        ("tool s-0.tar -o x.tgz --format webdataset", 64, "uncompressed"),
        ("tool s-0.tar -o out --format webdataset --text-member jpg", 64, "name of an image"),
        ("tool 's-{0..1}.tar' -o out --format webdataset --shard 1/2 --summary s-1.tar", 1, "it is read by this run"),
        ("tool s-0.tar -o out --format webdataset --summary out/s-0.tar", 1, "cannot write out/s-0.tar twice"),
        (
            "mkdir d; cp s-0.tar d; tool s-0.tar d/s-0.tar --format webdataset -o out --shard 2/2", 64,
            "would both be written"
        ),
        ("tool in -o x --format webdataset", 64, "needs .tar archives"),
        ("tool in -o x --text-member a.txt", 64, "for WebDataset archives"),
        ("tool s-0.tar -o x.tar --format webdataset --limit 1", 64, "--limit"),
        ("cp s-0.tar o.tar; tool s-1.tar -o o.tar --format webdataset", 1, "o.tar exists"),
        ("mkdir d; cp s-0.tar d; tool s-0.tar d/s-0.tar --format webdataset -o out", 64, "would both be written"),
        ("tool s-0.tar --format webdataset -o .", 1, "it is read by this run"),
        ("tool s-0.tar --format webdataset -o . --overwrite", 1, "it is read by this run"),
    ]) func mistakesAreTold(_ script: String, _ status: Int, _ message: String) throws {
        let result = try shell(script)
        #expect(Int(result.status) == status && result.errors.contains(message), "\(result.status) \(result.errors)")
        let kept = try shell("tar -tf s-0.tar | wc -l")
        #expect(kept.output.contains("6"))
    }

    /// What is checked is checked before `--overwrite` removes anything, and an archive that was changed is not replaced.
    @Test func nothingIsRemovedTooEarly() throws {
        let result = try shell(
            """
            tool s-0.tar --format webdataset -o out --quiet || exit 9
            tool s-0.tar --format webdataset -o out --quiet --overwrite --summary none/s.json && exit 8
            test -e out/s-0.tar && cat s-1.tar s-1.tar > out/s-0.tar && tool s-0.tar --format webdataset -o out --quiet && exit 7
            cat s-1.tar s-1.tar | cmp - out/s-0.tar
            """)
        #expect(result.status == 0 && result.errors.contains("out/s-0.tar exists"), "\(result.status) \(result.errors)")
    }

    /// A pipe whose compression is cut gives what came before.
    @Test func cutPipesGiveWhatCameBefore() throws {
        let result = try shell(
            """
            gzip -c s-0.tar > whole.gz; head -c $(($(wc -c < whole.gz) - 60)) whole.gz | tool --input-format webdataset - --format webdataset -o cut.tar
            echo $?; tar -tf cut.tar | head -1; wc -l < cut.tar.errors.jsonl
            """)
        #expect(result.output == "2\n000.png\n1\n", "\(result.output) \(result.errors)")
    }

    /// `score` reads the texts in archives.
    @Test func textsInArchivesAreScored() throws {
        let result = try shell("tool score s-0.tar --quiet")
        #expect(result.status == 0 && result.lines.count == 2, "\(result.errors)")
        #expect(result.lines[0].contains(#""caption": "old 0", "similarity": "#))
    }
}
