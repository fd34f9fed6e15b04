import CaptionerFiles
import CaptionerZlib

/// A ZIP file of compressed entries, without times: equal entries give equal bytes.
struct ZipArchive {
    /// Why there is no such archive.
    enum Failure: Error, CustomStringConvertible {
        case tooLarge
        case outOfMemory

        var description: String {
            switch self {
            case .tooLarge: "cannot make a spreadsheet: it is larger than 4 GB"
            case .outOfMemory: "cannot make a spreadsheet: out of memory"
            }
        }
    }

    private struct Entry {
        let name: [UInt8]
        /// What both headers have: version, flags, method, time, checksum, sizes, length of the name.
        let fields: [UInt8]
        let offset: UInt32
    }

    private var contents: [UInt8] = []
    private var entries: [Entry] = []

    /// - Throws: `Failure`.
    mutating func add(_ name: String, _ data: [UInt8]) throws {
        let name = Array(name.utf8)
        let compressed = try Self.deflated(data)
        var prefix = FilePrefix()
        prefix.add(data)
        guard let offset = UInt32(exactly: contents.count), let size = UInt32(exactly: data.count),
            let compressedSize = UInt32(exactly: compressed.count), let nameLength = UInt16(exactly: name.count)
        else { throw Failure.tooLarge }
        // Version 2.0, no flags, deflate, midnight of the first of January 1980, which is the earliest.
        let numbers: [UInt16] = [20, 0, 8, 0, 0x21]
        var fields = numbers.flatMap { Self.bytes($0) }
        fields += Self.bytes(prefix.checksum) + Self.bytes(compressedSize) + Self.bytes(size)
        fields += Self.bytes(nameLength) + Self.bytes(UInt16(0))
        contents += [0x50, 0x4B, 3, 4] + fields + name + compressed
        entries.append(Entry(name: name, fields: fields, offset: offset))
    }

    /// The whole archive.
    /// - Throws: `Failure`.
    func bytes() throws -> [UInt8] {
        var directory: [UInt8] = []
        for entry in entries {
            directory += [0x50, 0x4B, 1, 2] + Self.bytes(UInt16(20)) + entry.fields
            // No comment, the first disk, no attributes.
            directory += [UInt8](repeating: 0, count: 10) + Self.bytes(entry.offset) + entry.name
        }
        guard let start = UInt32(exactly: contents.count), let size = UInt32(exactly: directory.count),
            let count = UInt16(exactly: entries.count)
        else { throw Failure.tooLarge }
        let counts = Self.bytes(count) + Self.bytes(count)
        let end = [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + counts + Self.bytes(size) + Self.bytes(start) + [0, 0]
        return contents + directory + end
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// Compressed without a header.
    private static func deflated(_ data: [UInt8]) throws -> [UInt8] {
        guard let count = UInt32(exactly: data.count) else { throw Failure.tooLarge }
        // zlib keeps its address.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard
            deflateInit2_(
                stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw Failure.outOfMemory }
        defer { deflateEnd(stream) }
        guard let room = UInt32(exactly: deflateBound(stream, uLong(count))) else { throw Failure.tooLarge }
        var data = data
        var result = [UInt8](repeating: 0, count: Int(room))
        let status = data.withUnsafeMutableBufferPointer { input in
            result.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = count
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = room
                return deflate(stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw Failure.outOfMemory }
        return Array(result.prefix(Int(room - stream.pointee.avail_out)))
    }
}
