import CaptionerFiles
import SystemPackage

/// The bytes of an archive, from the first.
protocol TarBytes: AnyObject {
    /// How many were handed out or passed over.
    var offset: Int { get }
    /// Some bytes; fewer than were asked for at the end.
    func read(_ count: Int) throws -> [UInt8]
    /// The contents of a member, which may have to be read later; nil where the archive ends before them.
    func contents(_ count: Int) throws -> TarContents?
}

/// A file, whose members are read when they are needed.
final class TarFileBytes: TarBytes {
    private let file: TarFile
    private(set) var offset = 0

    init(_ file: TarFile) { self.file = file }

    func read(_ count: Int) throws -> [UInt8] {
        let bytes = try file.bytes(at: offset, count: min(count, max(file.size - offset, 0)))
        offset += bytes.count
        return bytes
    }

    func contents(_ count: Int) throws -> TarContents? {
        guard count <= file.size - offset else { return nil }
        defer { offset += count }
        return .place(file, offset: offset, count: count)
    }
}

/// What comes through a pipe, decompressed if it is gzip; members are in memory.
final class TarStreamBytes: TarBytes {
    private let stream: DecompressedFile
    private(set) var offset = 0
    private var block = [UInt8](repeating: 0, count: 1 << 16)

    /// - Parameter path: what messages call it.
    init(descriptor: Int32, path: FilePath) {
        stream = DecompressedFile(descriptor: descriptor, path: path)
    }

    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if block.count != min(count - bytes.count, 1 << 16) {
                block = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 16))
            }
            let received: Int
            do {
                received = try stream.read(into: &block)
            } catch let error as FileError {
                throw TarDamage(cause: error.cause)
            }
            if received == 0 { break }
            bytes += block[..<received]
        }
        offset += bytes.count
        return bytes
    }

    func contents(_ count: Int) throws -> TarContents? {
        guard count <= FileBytes.limit else {
            throw TarDamage(
                cause:
                    "a member at byte \(offset) has \(count) bytes, more than a stream may hold in memory; read the archive from a file"
            )
        }
        let bytes = try read(count)
        return bytes.count == count ? .bytes(bytes) : nil
    }
}
