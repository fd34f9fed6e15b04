import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files that get their name when they are whole: no two writers have one file, whatever numbers they draw.
@Suite struct TemporaryFileTests {
    private let folder: TemporaryFolder
    private let target: FilePath

    init() throws {
        folder = try TemporaryFolder()
        target = FilePath(folder.path("captions.jsonl"))
    }

    /// Numbers as another process may draw them, too.
    private func opened(_ numbers: [UInt64]) throws -> FilePath {
        var rest = numbers[...]
        let (path, descriptor) = try target.openedTemporary { rest.popFirst() ?? 0 }
        close(descriptor)
        return path
    }

    @Test func writersThatDrawOneNumberGetFilesOfTheirOwn() throws {
        let paths = try [[7, 1], [7, 8], [7, 8, 9]].map(opened)
        #expect(Set(paths).count == 3)
        #expect(paths.allSatisfy { $0.folder == target.folder && $0.isRegularFile })
    }

    /// Anything has the name that is there: a folder, a link to nothing.
    @Test func whatIsThereStaysAsItIs() throws {
        let taken = try opened([7])
        try Data("another's".utf8).write(to: taken.url)
        let link = try opened([8])
        try FileManager.default.removeItem(at: link.url)
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "nowhere")
        let own = try opened([7, 8, 9])
        #expect(own != taken && own != link)
        #expect(try FileBytes.of(taken) == Array("another's".utf8))
        #expect(!target.folder.appending("nowhere").exists)
    }

    @Test func aFolderThatIsGoneIsNoReasonToDrawAgain() throws {
        #expect(throws: Errno.noSuchFileOrDirectory) { try FilePath("/no/such/file").openedTemporary() }
    }

    @Test func wholeFilesLeaveNothingBeside() throws {
        try FileBytes.write([1], to: target)
        try FileBytes.write([2, 3], to: target)
        #expect(try FileBytes.of(target) == [2, 3])
        let below = target.folder.appending("folder")
        try below.makeFolders()
        #expect(throws: Errno.self) { try FileBytes.write([1], to: below) }
        #expect(
            try FolderEntries.of(target.folder).map { String(decoding: $0.name, as: UTF8.self) } == [
                "captions.jsonl", "folder",
            ])
    }
}
