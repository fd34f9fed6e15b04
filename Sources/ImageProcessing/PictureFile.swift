import CaptionerFiles
import Foundation
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A regular file, open for reading. Pipes and devices are refused: they may block, or never end.
final class PictureFile {
    private let file: FilePath
    private let descriptor: Int32
    /// When it was opened.
    private let size: Int

    init(_ file: FilePath) throws(ImageError) {
        self.file = file
        do throws(Errno) {
            let (descriptor, status) = try file.openedRegular()
            self.descriptor = descriptor
            size = status.size
        } catch {
            let cause =
                switch error {
                case .isDirectory: "is a directory"
                case .notSupported: "not a regular file"
                default: file.cause(error.rawValue)
                }
            throw Self.refusal(of: file, cause)
        }
    }

    deinit { close(descriptor) }

    /// The next bytes; fewer than `count` only at the end of the file.
    func read(upToCount count: Int) throws(ImageError) -> Data {
        var data = Data(count: count)
        var filled = 0
        while filled < count {
            let received = data.withUnsafeMutableBytes { buffer in
                #if canImport(Glibc)
                    Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
                #else
                    Darwin.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
                #endif
            }
            if received < 0, errno == EINTR { continue }
            guard received >= 0 else { throw refusal(file.cause(errno)) }
            if received == 0 { break }
            filled += received
        }
        return data.prefix(filled)
    }

    /// The most bytes that are read of an image. A size costs nothing to claim, as sparse files do.
    static let limit = 1 << 30

    /// All there is, `start` being what was read before.
    func readToEnd(after start: Data) throws(ImageError) -> Data {
        guard size <= Self.limit else { throw tooLarge }
        var data = start
        var blockSize = 1 << 18
        while true {
            let block = try read(upToCount: blockSize)
            guard block.count <= Self.limit - data.count else { throw tooLarge }
            data.append(block)
            guard block.count == blockSize else { return data }
            blockSize = min(blockSize * 2, 1 << 24)
        }
    }

    private var tooLarge: ImageError {
        refusal("it has more than \(Self.limit) bytes, the most that are read of an image")
    }

    private func refusal(_ cause: String) -> ImageError { Self.refusal(of: file, cause) }

    private static func refusal(of file: FilePath, _ cause: String) -> ImageError {
        .unreadable(path: file.escaped.shortened, cause: cause)
    }
}
