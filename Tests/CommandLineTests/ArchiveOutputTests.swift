import Foundation
import TestSupport
import Testing

/// Where captions of archives go, and what is taken for finished.
@Suite(.timeLimit(.minutes(10))) struct ArchiveOutputTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (number, picture) in ["easy-vqa-000", "easy-vqa-001"].enumerated() {
            try folder.write("old \(number)", as: "00\(number).txt")
            try folder.copy(Fixtures.pictures.appendingPathComponent("\(picture).png"), as: "00\(number).png")
        }
        let made = try shell("tar -cf a.tar 000.* 001.*; cp a.tar UPPER.TAR; mkdir full; touch full/archives file")
        try #require(made.status == 0, "\(made.errors)")
    }

    private func shell(_ script: String) throws -> CommandLineTool.Result {
        try CommandLineTool.shell(script, in: folder.url)
    }

    /// A slash at the end makes a name that of a folder, also where there is nothing yet.
    @Test(arguments: [
        ("tool a.tar -o rows/ --quiet && wc -l < rows/a.jsonl", "2\n"),
        ("tool a.tar -o new.tar/ --format webdataset --quiet && ls new.tar/*.tar", "new.tar/a.tar\n"),
        ("tool UPPER.TAR -o out --format webdataset --quiet && ls out/*.*AR", "out/UPPER.TAR\n"),
        ("tool a.tar -o full --format webdataset --quiet && ls full/*.tar", "full/a.tar\n"),
    ]) func foldersAreMade(_ script: String, _ output: String) throws {
        let result = try shell(script)
        #expect(result.status == 0 && result.output == output, "\(result.status) \(result.output) \(result.errors)")
    }

    @Test(arguments: [
        ("tool 000.png -o new/", 64, "--output new/ is a folder's name; name a file in it"),
        ("tool score a.tar -o new/", 64, "--output new/ is a folder's name; name a file in it"),
        ("tool --input-format webdataset - -o new/ < a.tar", 64, "name a file in it"),
        ("tool --input-format webdataset - -o new.tar/ --format webdataset < a.tar", 64, "name a .tar in it"),
        ("tool a.tar UPPER.TAR -o file --format webdataset", 1, "cannot write file: it is no folder"),
        (
            "tool --input-format webdataset - --format webdataset -o a.tar --overwrite < a.tar", 1,
            "cannot write a.tar: it is read by this run"
        ),
        ("printf 'PK\\3\\4' > z.tar; tool z.tar -o x", 1, "it is a ZIP archive; unpack it"),
    ]) func mistakesAreTold(_ script: String, _ status: Int, _ message: String) throws {
        let result = try shell(script)
        #expect(Int(result.status) == status && result.errors.contains(message), "\(result.status) \(result.errors)")
        let kept = try shell("cmp a.tar UPPER.TAR; ls -d new new.tar 2>/dev/null; wc -c < full/archives")
        #expect(kept.output == "0\n", "\(kept.output)")
    }

    /// The same keys may be other images.
    @Test func changedArchivesAreNotTakenForFinished() throws {
        let result = try shell(
            """
            tool a.tar --format webdataset -o out --quiet && tool a.tar -o rows.jsonl --quiet || exit 9
            cp out/a.tar before.tar; cp 001.png 000.png; head -c 12345 a.tar > note; tar -cf a.tar 000.* 001.* note
            tool a.tar --format webdataset -o out --quiet; echo $?
            tool a.tar --format webdataset -o out --quiet --dry-run > dry 2>&1; echo $?
            tool a.tar --format webdataset -o out --quiet --retry-failed; echo $?
            tool a.tar -o rows.jsonl --quiet; echo $?
            cmp out/a.tar before.tar && tool a.tar --format webdataset -o out --quiet --overwrite && tar -tf out/a.tar | tail -1
            """)
        #expect(result.output == "1\n1\n1\n1\nnote\n", "\(result.output) \(result.errors)")
        #expect(result.errors.contains("out/a.tar.rows.jsonl was made otherwise: input had"), "\(result.errors)")
    }

    /// What failed may have been mended: then the archive is made of the new one.
    @Test func mendedArchivesAreTriedAgain() throws {
        let result = try shell(
            """
            cp 000.png good.png; head -c 20 good.png > 000.png; tar -cf a.tar 000.* 001.*
            tool a.tar --format webdataset -o out --quiet; echo $?
            cp good.png 000.png; head -c 12345 UPPER.TAR > note; tar -cf a.tar 000.* 001.* note
            tool a.tar --format webdataset -o out --quiet --retry-failed; echo $?
            tool a.tar --format webdataset -o fresh --quiet && cmp out/a.tar fresh/a.tar
            """)
        #expect(result.status == 0 && result.output == "2\n0\n", "\(result.output) \(result.errors)")
    }

    /// Rows of archives name members, in which duplicates are looked for, and which are protected as files are.
    @Test func duplicatesInArchivesAreFound() throws {
        let result = try shell(
            """
            cp 000.png 002.png; tar -cf a.tar 000.* 001.* 002.*; tool a.tar -o rows.jsonl --quiet || exit 9
            tool select rows.jsonl -o kept.jsonl --deduplicate phash --quiet && wc -l < kept.jsonl
            tool select rows.jsonl -o a.tar --deduplicate exact --overwrite --quiet; echo $?; tar -tf a.tar | wc -l
            """)
        #expect(result.output == "2\n1\n5\n", "\(result.output) \(result.errors)")
    }
}
