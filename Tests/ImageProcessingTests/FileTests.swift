import CaptionerImageProcessing
import Foundation
import Testing

/// What can be wrong with a file before its content matters.
@Suite final class FileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func aMissingFileIsUnreadable() {
        let url = folder.appendingPathComponent("missing.jpg")
        #expect(throws: ImageError.unreadable(path: url.path, cause: "No such file or directory")) {
            try ImageDecoder().decode(contentsOf: url)
        }
    }

    @Test func aFolderIsUnreadable() {
        let path = folder.path
        #expect(throws: ImageError.unreadable(path: path, cause: "is a directory")) {
            try ImageDecoder().decode(contentsOf: URL(fileURLWithPath: path))
        }
    }

    @Test func aPipeIsRefusedInsteadOfWaitedFor() {
        let url = folder.appendingPathComponent("pipe.png")
        #expect(mkfifo(url.path, 0o600) == 0)
        #expect(throws: ImageError.unreadable(path: url.path, cause: "not a regular file")) {
            try ImageDecoder().decode(contentsOf: url)
        }
    }

    /// A file that claims more bytes than there is memory, and has a few on the disk.
    @Test func aHugeFileIsUnreadable() throws {
        let url = folder.appendingPathComponent("sparse.png")
        try Fixture.data("png/rgb-8.png").write(to: url)
        guard truncate(url.path, 1 << 43) == 0 else { return }
        let cause = "it has more than 1073741824 bytes, the most that are read of an image"
        #expect(throws: ImageError.unreadable(path: url.path, cause: cause)) {
            try ImageDecoder().decode(contentsOf: url)
        }
    }

    @Test func anEmptyFileIsEmpty() throws {
        let url = folder.appendingPathComponent("empty.jpg")
        try Data().write(to: url)
        #expect(throws: ImageError.empty) { try ImageDecoder().decode(contentsOf: url) }
    }

    @Test func theNameOfAFileDoesNotMatter() throws {
        let url = folder.appendingPathComponent("really-a-png.jpg")
        try Fixture.data("png/rgb-8.png").write(to: url)
        #expect(try ImageDecoder().decode(contentsOf: url).width == 29)
    }

    @Test func aFileLongerThanOneReadIsReadWhole() throws {
        let url = folder.appendingPathComponent("long.jpg")
        let picture = try Fixture.data("jpeg/baseline-420.jpg")
        // Comments of 64 kB before the image proper take it far beyond the first reads.
        let comment = [0xFF, 0xFE, 0xFF, 0xFF] + [UInt8](repeating: 0x20, count: 0xFFFD)
        let padding = (0..<20).flatMap { _ in comment }
        try (Data(picture.prefix(2)) + Data(padding) + Data(picture.dropFirst(2))).write(to: url)
        #expect(try ImageDecoder().decode(contentsOf: url) == ImageDecoder().decode(picture))
    }

    @Test func aSliceOfDataIsDecoded() throws {
        let picture = try Fixture.data("png/rgb-8.png")
        let slice = (Data([1, 2, 3]) + picture).dropFirst(3)
        #expect(try ImageDecoder().decode(slice) == ImageDecoder().decode(picture))
    }
}
