import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles

/// Files that are written whole, and what is looked at before.
@Suite struct OutputFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> FilePath { FilePath(folder.path(name)) }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    /// Paths that count how often they are asked for.
    private final class Inputs: Sequence {
        private let paths: [FilePath]
        private(set) var count = 0

        init(_ paths: [FilePath]) { self.paths = paths }

        func makeIterator() -> AnyIterator<FilePath> {
            var rest = paths.makeIterator()
            return AnyIterator {
                self.count += 1
                return rest.next()
            }
        }
    }

    @Test func inputsAreLookedAtOnce() throws {
        for name in ["a", "b", "c", "d"] { try folder.write("x", as: name) }
        let inputs = Inputs((0..<100).map { path("in\($0)") } + [path("d")])
        try OutputFile.check([path("a"), path("b"), path("c")], against: inputs)
        #expect(inputs.count == 102)
        #expect(throws: DataSetError.outputIsInput(path: folder.path("d"))) {
            try OutputFile.check([path("a"), path("d"), path("c")], against: inputs)
        }
    }

    @Test func whatLinksLeadToIsWritten() throws {
        try folder.write("old", as: "real/a")
        try link("a", to: "real/a")
        try link("new", to: "real/new")
        try link("far", to: "new2")
        try link("new2", to: folder.path("real/far"))
        for (name, target) in [("a", "real/a"), ("new", "real/new"), ("far", "real/far")] {
            #expect(path(name).real == path(target).real)
            try OutputFile.write(Data("new".utf8), to: path(name))
            #expect(try FileBytes.of(path(target)) == Array("new".utf8))
            #expect(path(name).linkTarget != nil, "the link stays")
        }
        #expect(throws: DataSetError.sameOutput(path: folder.path("new"))) {
            try OutputFile.check([path("real/new"), path("new")], against: [])
        }
    }

    /// What `..` leads to after a link is another folder than its name says.
    @Test func linkedFoldersAreLeftAsTheSystemDoes() throws {
        try folder.write("kept", as: "keep")
        try folder.write("kept", as: "real/s")
        try folder.write("x", as: "real/deep/x")
        try link("d", to: "real/deep")
        try link("real/deep/out", to: "../keep")
        try link("odd", to: "no/../keep")
        func path(_ name: String) -> FilePath { FilePath("\(folder.url.path)/\(name)") }
        #expect(path("d/out").written == path("real/keep").real)
        for output in [path("d/out"), path("odd")] { try RunFiles(output: output).remove() }
        #expect(try FileBytes.of(path("keep")) == Array("kept".utf8))
        #expect(throws: FileError.unwritableOutput(path: path("odd").string, cause: "No such file or directory")) {
            try OutputFile.check(path("odd"))
        }
        try OutputFile.write(Data("new".utf8), to: path("d/out"))
        try FileBytes.write(Array("newer".utf8), to: path("d/out"))
        #expect(try FileBytes.of(path("real/keep")) == Array("newer".utf8))
        #expect(try FileBytes.of(path("keep")) == Array("kept".utf8))
        try OutputFile.check([path("s"), path("d/../s"), path("x"), path("d/../x")], against: [])
        for (a, b) in [("d/../new", "real/new"), ("d/../s", "real/s"), ("d/../new", "real/./new")] {
            #expect(throws: DataSetError.sameOutput(path: path(b).string)) {
                try OutputFile.check([path(a), path(b)], against: [])
            }
        }
    }

    @Test func whatCannotBeWrittenIsReportedFirst() throws {
        try folder.write("x", as: "file")
        try FileManager.default.createDirectory(atPath: folder.path("out.run.json"), withIntermediateDirectories: false)
        try link("loop", to: "loop")
        try link("a", to: "b")
        try link("b", to: "a")
        try link("lost", to: "no/such")
        try link("null.run.json", to: "/dev/null")
        for (name, cause) in [
            ("loop", "Too many levels of symbolic links"), ("a", "Too many levels of symbolic links"),
            ("lost", "No such file or directory"), ("file/x", "Not a directory"), (".", "Is a directory"),
        ] {
            #expect(throws: FileError.unwritableOutput(path: folder.path(name), cause: cause)) {
                try OutputFile.check(FilePath(folder.path(name)))
            }
        }
        for (name, cause) in [("out", "Is a directory"), ("null", "it is no plain file")] {
            #expect(throws: FileError.unwritableOutput(path: folder.path("\(name).run.json"), cause: cause)) {
                try OutputFile.check(path(name), with: RunFiles(output: path(name)).all)
            }
        }
    }

    @Test func aLinkIntoAFolderThatMustNotBeWrittenTo() throws {
        try FileManager.default.createDirectory(atPath: folder.path("locked"), withIntermediateDirectories: false)
        try link("out", to: "locked/out")
        #expect(chmod(folder.url.path, 0o777) == 0 && chmod(folder.path("locked"), 0o555) == 0)
        let error = Permissions.ofOthers {
            #expect(throws: FileError.self) { try OutputFile.check(path("out")) }
        }
        #expect(error == .unwritableOutput(path: folder.path("out"), cause: "Permission denied"))
    }

    @Test func noInputIsReplaced() throws {
        try folder.write("{\"id\": 1, \"text\": \"words\"}\n", as: "set.jsonl")
        try folder.write("[]", as: "questions.json")
        let before = try [FileBytes.of(path("set.jsonl")), FileBytes.of(path("questions.json"))]
        try FileManager.default.linkItem(atPath: folder.path("set.jsonl"), toPath: folder.path("hard.jsonl"))
        try link("soft.jsonl", to: "set.jsonl")
        try link("soft.json", to: "questions.json")
        for name in ["set.jsonl", "./set.jsonl", "hard.jsonl", "soft.jsonl"] {
            #expect(throws: DataSetError.outputIsInput(path: "\(folder.url.path)/\(name)")) {
                _ = try RowDraw(count: 1)(path("set.jsonl"), to: FilePath("\(folder.url.path)/\(name)"))
            }
        }
        for name in ["set.jsonl", "soft.jsonl", "questions.json", "soft.json"] {
            var conversion = LLaVAConversion()
            conversion.questions = path("questions.json")
            #expect(throws: DataSetError.outputIsInput(path: folder.path(name))) {
                _ = try conversion(path("set.jsonl"), to: path(name))
            }
        }
        #expect(try [FileBytes.of(path("set.jsonl")), FileBytes.of(path("questions.json"))] == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 5)
    }
}
