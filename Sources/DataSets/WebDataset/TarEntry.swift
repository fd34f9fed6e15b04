import CaptionerFiles

/// A member of an archive, or something else in it that has to stay where it is.
struct TarEntry: Sendable {
    let name: [UInt8]
    let isFile: Bool
    /// Whether its contents are not those of the file: what they are without its holes, and where these are.
    let isSparse: Bool
    /// The headers, extended ones included, byte for byte.
    let headers: [UInt8]
    let header: TarHeader
    let contents: TarContents

    var isLink: Bool { header.isLink }

    /// Why a sparse file is an error where it is to be read.
    static let sparseCause = "it is stored as a sparse file, which is not read"

    /// Headers of a plain file in its place, with the same name, owner, mode and time, and all else that is said of it but
    /// for its contents.
    func headers(ofFileOf size: Int) -> [UInt8] {
        let extended = extendedHeaders
        // That of a sparse file may have a placeholder for the name.
        let isRenamed = isSparse && extended.contains { $0.header.isPAX }
        let kept = extended.flatMap { extended -> [UInt8] in
            if extended.header.isPAX { return plain(extended, isRenamed: isRenamed) }
            // Where a link led is said by the others.
            return extended.header.kind == UInt8(ascii: "L") && !isRenamed ? Array(extended.bytes) : []
        }
        return kept + header.headers(name: nil, size: size)
    }

    private struct ExtendedHeader {
        let header: TarHeader
        /// With the header and what fills the last block.
        let bytes: ArraySlice<UInt8>

        var contents: ArraySlice<UInt8> { bytes.dropFirst(TarHeader.blockSize).prefix(header.size) }
    }

    private var extendedHeaders: [ExtendedHeader] {
        var result: [ExtendedHeader] = []
        var rest = headers[...]
        while let header = TarHeader(Array(rest.prefix(TarHeader.blockSize))), header.isExtended {
            let length = TarHeader.blockSize + header.size + TarContents.padding(header.size).count
            result.append(ExtendedHeader(header: header, bytes: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return result
    }

    /// A pax header without what it says of the contents, as it is where it says nothing.
    private func plain(_ extended: ExtendedHeader, isRenamed: Bool) -> [UInt8] {
        let records = PAXRecords(extended.contents).records
        let kept = records.filter { record in
            !PAXRecords.isOfContents(record.keyword) && !(isRenamed && record.keyword == "path")
        }
        if kept.count == records.count, !isRenamed { return Array(extended.bytes) }
        let contents = kept.flatMap(\.bytes) + (isRenamed ? PAXRecords.record("path", name) : [])
        return contents.isEmpty ? [] : extended.header.extended(contents)
    }
}

extension [UInt8] {
    /// A member's name in messages.
    var shownName: String { String(decoding: self, as: UTF8.self).shortened }
}
