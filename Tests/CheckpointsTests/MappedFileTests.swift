import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

struct MappedFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func contents(of file: MappedFile) -> [UInt8] { file.withBytes { Array($0) } }

    private func message(_ url: URL) throws -> String {
        try #require(throws: CheckpointError.self) { try MappedFile(url) }.description
    }

    @Test func holdsTheBytes() throws {
        let file = try MappedFile(folder.write([1, 2, 3], as: "three"))
        #expect(file.count == 3)
        #expect(contents(of: file) == [1, 2, 3])
    }

    @Test func keepsTheBytesOfAFileThatWasReplaced() throws {
        let url = try folder.write([1, 2, 3], as: "old")
        let file = try MappedFile(url)
        try Data([9]).write(to: url, options: .atomic)
        #expect(contents(of: file) == [1, 2, 3])
        #expect(try contents(of: MappedFile(url)) == [9])
    }

    @Test func namesTheFileThatItCannotRead() throws {
        let missing = folder.url.appendingPathComponent("missing")
        #expect(try message(missing) == "cannot read \(missing.path): No such file or directory")
        #expect(try message(folder.url) == "cannot read \(folder.url.path): it is a folder")
        let empty = try folder.write([], as: "empty")
        #expect(try message(empty) == "cannot read \(empty.path): it is empty")
        let device = URL(fileURLWithPath: "/dev/null")
        #expect(try message(device) == "cannot read /dev/null: it is not a regular file")
        let below = try folder.write([1], as: "file").appendingPathComponent("below")
        #expect(try message(below) == "cannot read \(below.path): Not a directory")
    }

    @Test func aNamedPipeDoesNotBlock() throws {
        let pipe = folder.url.appendingPathComponent("pipe")
        try #require(mkfifo(pipe.path, 0o600) == 0)
        #expect(try message(pipe) == "cannot read \(pipe.path): it is not a regular file")
    }
}
