import CaptionerDemoModel
import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Models, caches and files of single images below paths that are not UTF-8 or look like something else.
@Suite(.timeLimit(.minutes(45))) struct AwkwardModelPathTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.copy(DemoModel.checkpoint(), as: "model")
        try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-000.png"), as: "a.png")
    }

    /// Runs a script in which `$E` is a byte that is no character.
    private func run(_ script: String) throws -> CommandLineTool.Result {
        try CommandLineTool.shell("set -e; E=$(printf '\\351')\n" + script, in: folder.url)
    }

    @Test func modelsBelowPathsThatAreNotUTF8() throws {
        let result = try run(
            """
            mkdir "d$E"; mv model "d$E/m$E"
            tool inspect "d$E/m$E" | grep -q 'missing       none'
            tool a.png --model "d$E/m$E" --quiet
            tool pack "d$E/m$E" -o "new$E/p$E" --precision int8 --quiet
            tool a.png --model="new$E/p$E" --quiet --summary s.json
            cd "new$E"; tool inspect "p$E" | grep 'packed '; cd "p$E"; tool inspect . | grep 'missing '
            tool ../../a.png --model . --quiet -o "../o$E.jsonl"
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines.prefix(2).allSatisfy { $0.contains(#""caption": "a "#) }, "\(result.output)")
        #expect(result.lines.dropFirst(2).first?.contains("from m%E9 by") == true, "\(result.output)")
        let summary = try String(contentsOfFile: folder.path("s.json"), encoding: .utf8)
        #expect(summary.contains("new%E9/p%E9\""), "\(summary)")
    }

    /// What is missing or broken is reported with a name that leads to it.
    @Test func messagesNameSuchModels() throws {
        let result = try run(
            """
            mkdir "d$E"
            ! tool inspect "d$E"; ! tool inspect "none$E"; ! tool pack model -o "d$E/../model/config.json" --precision int8
            mkdir "d$E/full"; touch "d$E/full/x"; ! tool pack model -o "d$E/full" --precision int8
            cp -r model "d$E/b"; echo '{' > "d$E/b/tokenizer.json"; ! tool a.png --model "d$E/b"
            echo x > "d$E/b/model.safetensors"; ! tool a.png --model "d$E/b"
            """)
        #expect(result.status == 0, "\(result.errors)")
        for text in [
            "load the model: d%E9: neither", "none%E9: there is no such folder",
            "d%E9/../model/config.json: it is a file",
            "d%E9/full: it is not empty", "d%E9/b/tokenizer.json is malformed", "d%E9/b/model.safetensors is malformed",
        ] {
            #expect(result.errors.contains(text), "\(text): \(result.errors)")
        }
    }

    @Test func aProgramBelowAPathThatIsNotUTF8() throws {
        let result = try run("mkdir \"d$E\"; cp \"$0\" \"d$E/tool\"; timeout 600 \"d$E/tool\" a.png --quiet")
        #expect(result.status == 0 && result.lines.count == 1, "\(result.errors)")
    }

    @Test func cachesBelowPathsThatAreNotUTF8() throws {
        let result = try run(
            """
            mkdir -p "c$E/models--a--b/snapshots/1" "c$E/models--a--b/refs"; mv model/* "c$E/models--a--b/snapshots/1"
            echo 1 > "c$E/models--a--b/refs/main"
            HF_HUB_CACHE="c$E" tool inspect a/b
            HOME=$PWD C="c$E" HF_HUB_CACHE='~/${C}' tool a.png --model a/b --quiet
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines.last?.contains(#""caption": "a "#) == true, "\(result.output)")
    }

    /// A tilde is a name: what it means elsewhere, the shell has put there.
    @Test func tildesAreNames() throws {
        let result = try run(
            """
            mv model '~m'; mkdir '~'; cp a.png '~/b.png'; cp a.png '~a.png'
            tool inspect '~m' > inspected; tool trace '~/b.png' --model '~m' -o '~t'
            tool pack '~m' -o '~/p' --precision bf16 --quiet
            printf '%s\\n' '{"image": "~/b.png"}' '{"image": "~a.png"}' | tool - --quiet
            ls -d '~t' '~/p'
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines.count == 5 && result.lines.suffix(2) == ["~/p", "~t"], "\(result.output)")
        #expect(result.lines.prefix(3).allSatisfy { $0.contains("a ") && !$0.contains("error") }, "\(result.output)")
    }

    /// A trace goes to and comes from any path, and requests name any file by its address.
    @Test func tracesAndRequestsOfPathsThatAreNotUTF8() throws {
        let result = try run(
            """
            mkdir "d$E"; cp a.png "d$E/b$E.png"
            tool trace "d$E/b$E.png" -o "d$E/t$E"; test -s "d$E/t$E"
            printf '%s\\n' "{\\"image\\": \\"file://$PWD/d%E9/b%E9.png\\"}" | tool - --quiet
            ! tool trace gone.png -o "none$E/t"
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines.count == 2, "\(result.output)")
        #expect(result.lines.last?.contains(#"b%E9.png", "caption": "a "#) == true, "\(result.output)")
        #expect(result.errors.contains("none%E9/t"), "\(result.errors)")
    }

    /// Rows have the path of a folder that is UTF-8 as it is, be there what will in it; of another, an address.
    @Test func rowsOfDataSetsInSuchFolders() throws {
        let result = try run(
            """
            for D in 'f%E9' "f$E"; do
                mkdir "$D"; cp a.png "$D/b%E9 c.png"
                echo '{"text": "<__dj__image>", "images": ["b%E9 c.png"]}' > "$D/set.jsonl"
                tool "$D/set.jsonl" -o "$D/out.jsonl" --no-sample --quiet
                tool "$D/set.jsonl" -o "$D/out.jsonl" --no-sample --quiet
                cat "$D/out.jsonl"
                # What was written is read again.
                tool "$D/out.jsonl" --format jsonl --no-sample --quiet -o "$D/again.jsonl"; cat "$D/again.jsonl"
                tool report "$D/out.jsonl" -o "$D/page.html"
            done
            """)
        #expect(result.status == 0, "\(result.errors)")
        try #require(result.lines.count == 4)
        let root = folder.url.path
        for (line, path) in zip(
            [0, 2], ["\(root)/f%E9/b%E9 c.png", "file://\(root)/f%E9/b%25E9%20c.png"])
        {
            #expect(result.lines[line].contains(#""images": ["\#(path)"]"#), "\(result.lines[line])")
            #expect(result.lines[line + 1].hasPrefix(#"{"image": "\#(path)", "caption": "a "#), "\(result.lines)")
        }
        #expect(!result.errors.contains("missing"), "\(result.errors)")
    }

    /// Where the folder in which a command runs was removed, that is what it says.
    @Test func aRemovedFolderIsSaid() throws {
        let result = try run(
            """
            P=$PWD; mkdir gone; cd gone; rmdir ../gone
            ! tool a.png --quiet; ! tool a.png --model m --quiet; ! tool inspect ./m; ! tool pack "$P/model" -o p --precision int8
            ! tool "$P/a.png" -o out.jsonl; ! tool set.jsonl; ! tool report out.jsonl -o page.html; ! tool trace a.png -o t
            printf '%s\\n' '{"image": "a.png"}' | tool - --quiet || true
            tool "$P/a.png" --quiet
            """)
        #expect(result.status == 0, "\(result.errors)")
        let sentence = "the folder in which this process runs was removed"
        #expect(result.output.components(separatedBy: sentence).count - 1 == 2, "\(result.output)")
        #expect(result.errors.components(separatedBy: sentence).count - 1 == 7, "\(result.errors)")
        #expect(result.lines.last?.contains(#""caption": "a "#) == true, "\(result.output)")
    }
}
