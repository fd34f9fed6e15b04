import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Folders deeper than a system call takes a path.
@Suite struct DeepPathTests {
    private let folder: TemporaryFolder
    private let deep: FilePath

    init() throws {
        folder = try TemporaryFolder()
        deep = (0..<1200).reduce(FilePath(folder.url.path)) { path, _ in path.appending("folder") }
        try deep.makeFolders()
    }

    @Test func filesAreWrittenReadAndRenamed() throws {
        #expect(deep.length > 8000)
        let file = deep.appending("a.txt")
        try FileBytes.write([1, 2, 3], to: file)
        #expect(try FileBytes.of(file) == [1, 2, 3])
        #expect(file.renamed(to: deep.appending("b.txt")) == 0)
        #expect(!file.exists)
        #expect(try FolderEntries.of(deep).map(\.name) == [Array("b.txt".utf8)])
        #expect(deep.isFolder)
        #expect(deep.appending("b.txt").isRegularFile)
        #expect(deep.appending("b.txt").unlinked() == 0)
    }

    @Test func whatIsNotThereIsAnError() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileBytes.of(deep.appending("c")) }
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileBytes.of(FilePath("/none").appending(deep.components)) }
        #expect(throws: Errno.isDirectory) { try FileBytes.of(deep) }
        let name = FilePath(bytes: [UInt8](repeating: 0x61, count: 300))
        #expect(throws: Errno.fileNameTooLong) { try FileBytes.of(deep.pushing(name)) }
    }
}
