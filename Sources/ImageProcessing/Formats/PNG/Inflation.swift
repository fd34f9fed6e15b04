import CaptionerZlib

/// Texts that a PNG holds compressed.
enum Inflation {
    /// As much of a zlib stream as there is, for one that is cut short is taken as it is.
    /// - Returns: `nil` when the stream is broken or makes more than `limit` bytes.
    static func inflated(_ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        guard !bytes.isEmpty else { return [] }
        // Nothing is packed tighter than 258 bytes in two bits, and small texts are to take little memory.
        let room = min(limit, bytes.count * 4 * 258)
        guard let count = UInt32(exactly: bytes.count), let availableCount = UInt32(exactly: room) else { return nil }
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var status = Z_OK
        let text = [UInt8](unsafeUninitializedCapacity: room) { buffer, initializedCount in
            // zlib only reads from there, though its declaration does not say so.
            stream.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = count
            stream.next_out = buffer.baseAddress
            stream.avail_out = availableCount
            status = inflate(&stream, Z_SYNC_FLUSH)
            initializedCount = room - Int(stream.avail_out)
        }
        switch status {
        case Z_STREAM_END: return text
        // What is left was not taken for want of room.
        case Z_OK, Z_BUF_ERROR: return stream.avail_in == 0 ? text : nil
        default: return nil
        }
    }
}
