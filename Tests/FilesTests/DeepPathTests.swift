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

    /// To reach a file, the folders on the way need not be readable.
    @Test func foldersOnTheWayNeedNotBeReadable() throws {
        try FileBytes.write([1], to: deep.appending("a"))
        // Of a path that the system takes in one piece.
        var folders: [FilePath] = []
        var folder = FilePath(self.folder.url.path)
        while folder.length < 4095 - "/folder".utf8.count {
            folder.append("folder")
            folders.append(folder)
        }
        for folder in folders { #expect(folder.withPlatformString { chmod($0, 0o711) } == 0) }
        #expect(try Permissions.ofOthers { try FileBytes.of(deep.appending("a")) } == [1])
        for folder in folders { #expect(folder.withPlatformString { chmod($0, 0o755) } == 0) }
    }

    @Test func whatIsNotThereIsAnError() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileBytes.of(deep.appending("c")) }
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileBytes.of(FilePath("/none").appending(deep.components)) }
        #expect(throws: Errno.isDirectory) { try FileBytes.of(deep) }
        let name = FilePath(bytes: [UInt8](repeating: 0x61, count: 300))
        #expect(throws: Errno.fileNameTooLong) { try FileBytes.of(deep.pushing(name)) }
    }
}
