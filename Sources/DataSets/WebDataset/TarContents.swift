import CaptionerFiles
import Foundation
import SystemPackage

/// What a member of an archive holds: bytes, or where they are in a file.
enum TarContents: Sendable {
    case bytes([UInt8])
    case place(TarFile, offset: Int, count: Int)

    var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .place(_, _, let count): count
        }
    }

    /// What is in memory of it.
    var heldByteCount: Int { if case .bytes(let bytes) = self { bytes.count } else { 0 } }

    /// Hands out the bytes in pieces.
    /// - Throws: `FileError.unreadableFile` when the file became shorter, and what `body` throws.
    func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        switch self {
        case .bytes(let bytes): try body(bytes)
        case .place(let file, var offset, let count):
            let end = offset + count
            while offset < end {
                let piece = try file.bytes(at: offset, count: min(end - offset, 1 << 20))
                try body(piece)
                offset += piece.count
            }
        }
    }

    /// All bytes.
    /// - Throws: `FileError.unreadableFile`, also for more than `FileBytes.limit`.
    func all() throws(FileError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .place(let file, let offset, let count):
            guard count <= FileBytes.limit else {
                throw FileError.unreadableFile(file.path, code: Errno.fileTooLarge.rawValue)
            }
            return try file.bytes(at: offset, count: count)
        }
    }

    /// Zeros up to a whole number of blocks.
    static func padding(_ count: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (TarHeader.blockSize - count % TarHeader.blockSize) % TarHeader.blockSize)
    }
}

/// An archive that is open for reading at any place.
final class TarFile: Sendable {
    let path: FilePath
    let size: Int
    private let descriptor: Int32

    /// - Throws: `FileError.unreadableFile`, also for what is no regular file.
    init(path: FilePath) throws(FileError) {
        self.path = path
        do throws(Errno) {
            let (descriptor, status) = try path.openedRegular()
            self.descriptor = descriptor
            size = status.size
        } catch {
            throw error == .isDirectory
                ? .unreadableFile(path, cause: "it is a folder, expected an archive")
                : .unreadableFile(path, code: error.rawValue)
        }
    }

    deinit { close(descriptor) }

    /// - Throws: `FileError.unreadableFile`, also when the file became shorter.
    func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let received = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if received < 0, errno == EINTR { continue }
                if received < 0 { code = errno }
                if received <= 0 { return }
                filled += received
            }
        }
        guard code == 0 else { throw FileError.unreadableFile(path, code: code) }
        guard bytes.count == count else {
            throw FileError.unreadableFile(path, cause: "it became shorter while it was read")
        }
        return bytes
    }
}
