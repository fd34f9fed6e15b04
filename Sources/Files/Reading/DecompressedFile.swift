import CaptionerZlib
import Foundation
package import SystemPackage

/// The bytes of a file, decompressed if they are gzip, which the first two show.
///
/// As in Python's `gzip`, several members make one text, zero bytes after a member are padding, and anything else there
/// is an error. zlib's own `gzread` ends at such bytes without an error.
package final class DecompressedFile {
    private enum State {
        case start
        case plain
        /// Within a member of a gzip file.
        case compressed
        /// After one.
        case padding
    }

    private static let magic: [UInt8] = [0x1F, 0x8B]

    private let path: FilePath
    private let descriptor: Int32
    private var state = State.start
    private var input = [UInt8](repeating: 0, count: 1 << 18)
    private var available = 0..<0
    /// Bytes of the file that were read.
    private var offset = 0
    /// zlib keeps its address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// - Parameters:
    ///   - descriptor: closed with this.
    ///   - path: for messages.
    package init(descriptor: Int32, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
        stream.initialize(to: z_stream())
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        close(descriptor)
    }

    /// Reads as much as there is room for, or less.
    /// - Returns: the number of bytes, 0 at the end.
    /// - Throws: `FileError.unreadableFile`, also for compressed data that is cut off, damaged, or followed by
    ///   something else; `CancellationError`.
    package func read(into buffer: inout [UInt8]) throws -> Int {
        while true {
            switch state {
            case .start:
                try fill(2)
                state = startsMember ? .compressed : .plain
                // 15 for the largest window, 16 for gzip.
                guard
                    state == .plain
                        || inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
                else { throw failure("out of memory") }
            case .plain:
                try fill(1)
                let part = available.prefix(buffer.count)
                buffer.replaceSubrange(0..<part.count, with: input[part])
                available = part.upperBound..<available.upperBound
                return part.count
            case .compressed:
                try fill(1)
                guard !available.isEmpty else { throw failure("the compressed data ends too early") }
                let count = try inflateSome(into: &buffer)
                if count > 0 { return count }
            case .padding:
                try fill(1)
                guard let next = available.first(where: { input[$0] != 0 }) else {
                    if available.isEmpty { return 0 }
                    available = 0..<0
                    continue
                }
                available = next..<available.upperBound
                try fill(2)
                guard startsMember, inflateReset(stream) == Z_OK else { throw foreignBytes() }
                state = .compressed
            }
        }
    }

    private var startsMember: Bool { input[available].starts(with: Self.magic) }

    private func inflateSome(into buffer: inout [UInt8]) throws -> Int {
        let room = buffer.count
        let status = input.withUnsafeMutableBufferPointer { input in
            buffer.withUnsafeMutableBufferPointer { buffer in
                stream.pointee.next_in = input.baseAddress.map { $0 + available.lowerBound }
                stream.pointee.avail_in = UInt32(available.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(room)
                return inflate(stream, Z_NO_FLUSH)
            }
        }
        available = (available.upperBound - Int(stream.pointee.avail_in))..<available.upperBound
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: state = .padding
        default:
            let cause = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
            throw failure("the compressed data is damaged: \(cause)")
        }
        return room - Int(stream.pointee.avail_out)
    }

    /// Makes `count` bytes available, or all that are left.
    private func fill(_ count: Int) throws {
        guard available.count < count else { return }
        try Task.checkCancellation()
        input.replaceSubrange(0..<available.count, with: Array(input[available]))
        available = 0..<available.count
        while available.count < count {
            let received = input.withUnsafeMutableBytes { bytes in
                Foundation.read(
                    descriptor, bytes.baseAddress?.advanced(by: available.count), bytes.count - available.count)
            }
            if received < 0, errno == EINTR { continue }
            guard received >= 0 else { throw FileError.unreadableFile(path, code: errno) }
            if received == 0 { return }
            offset += received
            available = 0..<(available.count + received)
        }
    }

    private func foreignBytes() -> FileError {
        let digits = input[available.prefix(2)].map(\.hexadecimal)
        return failure(
            "after the compressed data, at byte \(offset - available.count), there is something that is no gzip "
                + "(0x\(digits.joined()))")
    }

    private func failure(_ cause: String) -> FileError { .unreadableFile(path, cause: cause) }
}
