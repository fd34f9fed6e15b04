import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct FileBytesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file that claims more bytes than there is memory, and has none on the disk.
    @Test func hugeFilesAreRefused() throws {
        let file = try folder.write("a", as: "sparse.txt")
        guard truncate(file.path, 1 << 43) == 0 else { return }
        #expect(throws: Errno.fileTooLarge) { try FileBytes.of(FilePath(file.path)) }
    }

    @Test func theLimitIsTheLastSizeThatIsRead() throws {
        let path = FilePath(try folder.write("12345", as: "file").path)
        #expect(try FileBytes.of(path, limit: 5) == Array("12345".utf8))
        #expect(throws: Errno.fileTooLarge) { try FileBytes.of(path, limit: 4) }
        // It says that it is empty, and is not.
        #expect(throws: Errno.fileTooLarge) { try FileBytes.of("/proc/self/status", limit: 4) }
    }
}
