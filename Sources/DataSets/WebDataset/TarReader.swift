import CaptionerFiles

/// Where an archive is not as it should be. What comes before is not touched by that.
struct TarDamage: Error {
    let cause: String
}

/// Reads the members of an archive one by one.
///
/// An archive that follows the end of another, as `cat` makes them, is read on.
final class TarReader {
    private let bytes: any TarBytes
    private var isAtEnd = false
    /// Extended headers of one member take less.
    private static let extendedLimit = 1 << 20

    init(_ bytes: any TarBytes) { self.bytes = bytes }

    /// The next member; nil after the last.
    /// - Throws: `TarDamage`, once, where nothing can be read on from; `FileError`.
    func next() throws -> TarEntry? {
        if isAtEnd { return nil }
        do {
            return try entry()
        } catch {
            isAtEnd = true
            throw error
        }
    }

    private func entry() throws -> TarEntry? {
        var headers: [UInt8] = []
        var extended: Extended?
        var sawEnd = false
        while true {
            let start = bytes.offset
            let block = try bytes.read(TarHeader.blockSize)
            if start == 0, block.isEmpty { throw TarDamage(cause: "it is empty, and no archive") }
            if headers.isEmpty, block.isEmpty || sawEnd && block.count < 512 && block.allSatisfy({ $0 == 0 }) {
                isAtEnd = true
                return nil
            }
            guard block.count == TarHeader.blockSize else {
                throw TarDamage(cause: "it ends within a header, at byte \(start + block.count)")
            }
            if headers.isEmpty, block.allSatisfy({ $0 == 0 }) {
                sawEnd = true
                continue
            }
            guard let header = TarHeader(block) else {
                if start == 0 {
                    let name = ContentName.of(block).flatMap { $0 == "tar" ? nil : ", but looks like \($0)" }
                    throw TarDamage(cause: "it is no tar archive\(name ?? ": its first header is damaged")")
                }
                // Zeros may be the end of an archive, or stand in place of a header.
                let place =
                    sawEnd
                    ? "what follows zeros, at byte \(start), is no header"
                    : "what should be a header at byte \(start) is none"
                throw TarDamage(cause: "\(place); the rest cannot be read")
            }
            headers += block
            switch header.kind {
            case _ where header.isExtended:
                guard header.size <= Self.extendedLimit - headers.count else {
                    throw TarDamage(cause: "the extended header at byte \(start) has \(header.size) bytes")
                }
                let contents = try bytes.read(header.size)
                let padding = try bytes.read(TarContents.padding(header.size).count)
                guard contents.count == header.size else {
                    throw TarDamage(cause: "it ends within a header, at byte \(bytes.offset)")
                }
                headers += contents + padding
                var result = extended ?? Extended()
                result.add(contents, kind: header.kind)
                extended = result
            default:
                return try entry(header, headers, extended)
            }
        }
    }

    private func entry(_ header: TarHeader, _ headers: [UInt8], _ extended: Extended?) throws -> TarEntry {
        var headers = headers
        let name = extended?.name ?? header.name
        if header.kind == TarHeader.sparseKind { headers += try sparseMap(headers) }
        let size = header.hasContents ? extended?.size ?? header.size : 0
        guard let contents = try bytes.contents(size) else {
            throw TarDamage(cause: "it ends within \(name.shownName)")
        }
        _ = try bytes.read(TarContents.padding(size).count)
        return TarEntry(
            name: name, isFile: header.isFile(named: name),
            isSparse: header.kind == TarHeader.sparseKind || extended?.isSparse == true, headers: headers,
            header: header, contents: contents)
    }

    /// Blocks that follow the header of a file with holes in GNU's own format.
    private func sparseMap(_ headers: [UInt8]) throws -> [UInt8] {
        var blocks: [UInt8] = []
        var isContinued = headers.suffix(TarHeader.blockSize).dropFirst(482).first == 1
        while isContinued {
            let block = try bytes.read(TarHeader.blockSize)
            guard block.count == TarHeader.blockSize, blocks.count < Self.extendedLimit else {
                throw TarDamage(cause: "it ends within a header, at byte \(bytes.offset)")
            }
            isContinued = block[504] == 1
            blocks += block
        }
        return blocks
    }

    /// What extended headers say about the member that follows them.
    private struct Extended {
        var name: [UInt8]? { sparseName ?? path }
        var size: Int?
        private(set) var isSparse = false
        private var path: [UInt8]?
        private var sparseName: [UInt8]?

        mutating func add(_ contents: [UInt8], kind: UInt8) {
            switch kind {
            case UInt8(ascii: "L"): path = Array(contents.prefix { $0 != 0 })
            case UInt8(ascii: "K"): break
            default: addRecords(contents[...])
            }
        }

        private mutating func addRecords(_ contents: ArraySlice<UInt8>) {
            for record in PAXRecords(contents).records {
                switch record.keyword {
                case "path": path = Array(record.value)
                // The other is a placeholder then.
                case PAXRecords.sparsePrefix + "name": sparseName = Array(record.value)
                case "size":
                    size = Int(String(decoding: record.value, as: UTF8.self)).flatMap {
                        $0 < 0 || $0 > Int.max >> 1 ? nil : $0
                    }
                default: break
                }
                if record.keyword.hasPrefix(PAXRecords.sparsePrefix) { isSparse = true }
            }
        }
    }
}
