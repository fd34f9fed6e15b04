package import CaptionerFiles
package import SystemPackage

/// The samples with images of some WebDataset archives, in their order.
package struct ArchiveList: ItemSource {
    package let archives: [GivenPath]
    package let members: ArchiveMembers
    package let count: Int
    /// How many samples have no image.
    private let otherSampleCount: Int

    /// Reads the headers of all members, to count.
    /// - Parameter inputs: paths, in which braces may stand for several (`BraceExpansion`).
    /// - Throws: `FileError.unreadableFile`, also for what is no archive; `CancellationError`.
    package init(inputs: [GivenPath], members: ArchiveMembers) throws {
        archives = try Self.archives(inputs)
        self.members = members
        var (count, others) = (0, 0)
        for archive in archives {
            let reader = try Self.reader(archive, members)
            while let sample = try reader.next() {
                try Task.checkCancellation()
                if sample.isItem { count += 1 } else if !sample.key.isEmpty { others += 1 }
            }
        }
        (self.count, otherSampleCount) = (count, others)
    }

    /// No archives.
    package init(members: ArchiveMembers) {
        self.members = members
        (archives, count, otherSampleCount) = ([], 0, 0)
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs: inputs, members: fields.archiveMembers)
    }

    /// The archives that are meant, all of which are there and begin as archives do.
    /// - Throws: `FileError.unreadableFile`.
    package static func archives(_ inputs: [GivenPath]) throws -> [GivenPath] {
        var archives: [GivenPath] = []
        for input in inputs {
            guard !input.path.exists, input.bytes.contains(UInt8(ascii: "{")) else {
                archives.append(input)
                continue
            }
            guard let paths = BraceExpansion.expand(input.bytes) else {
                throw FileError.unreadableFile(
                    input.path, cause: "its braces stand for more than \(BraceExpansion.limit) names")
            }
            archives += paths.map { GivenPath(FilePath(bytes: $0)) }
        }
        for archive in archives { try check(archive) }
        return archives
    }

    private static func check(_ archive: GivenPath) throws {
        let file = try TarFile(path: archive.path)
        let start = try file.bytes(at: 0, count: min(file.size, TarHeader.blockSize))
        if start.isEmpty { throw FileError.unreadableFile(archive.path, cause: "it is empty, and no archive") }
        guard TarHeader(start) == nil, !(start.count == TarHeader.blockSize && start.allSatisfy { $0 == 0 }) else {
            return
        }
        let name = ContentName.of(start)
        let cause =
            switch name {
            case "gzip":
                "it is compressed; gunzip -c FILE | caption-images --input-format webdataset - reads it"
            case "Zstandard", "xz", "bzip2":
                "it is compressed (\(name ?? "")); decompress it, or pipe it to caption-images --input-format webdataset -"
            case "tar", nil: "it is no tar archive, or its first header is damaged"
            case "ZIP": "it is a ZIP archive; unpack it, and caption the folder"
            case let name?: ForeignContents.explanation(start, expected: .safetensors) ?? "it looks like \(name)"
            }
        throw FileError.unreadableFile(archive.path, cause: cause)
    }

    package static func claims(_ input: GivenPath) -> Bool { isArchive(input) && !input.path.isFolder }
    package static let takesSeveralInputs = true

    /// Whether a file is taken for an archive, by its name.
    package static func isArchive(_ input: GivenPath) -> Bool {
        input.bytes.hasEnding([".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2", ".tar}"])
    }

    package var fields: DataSetFields? { nil }
    package var paths: [String] { archives.map(\.path.absolute.escaped) }
    package var files: [FilePath] { archives.map(\.path) }

    package var notes: [String] {
        let name = archives.count == 1 ? archives[0].text : "\(archives.count) archives"
        if archives.isEmpty { return [] }
        if count == 0 { return ["no sample with an image in \(name)"] }
        if otherSampleCount == 0 { return [] }
        let samples =
            otherSampleCount == 1 ? "1 sample without an image" : "\(otherSampleCount) samples without an image"
        return ["\(samples) in \(name)"]
    }

    package func items(_ range: Range<Int>) throws -> any ItemReader { Reader(self, range) }

    static func reader(_ archive: GivenPath, _ members: ArchiveMembers) throws -> ArchivedSampleReader {
        ArchivedSampleReader(
            TarFileBytes(try TarFile(path: archive.path)), archive: archive.bytes, members: members)
    }

    private final class Reader: ItemReader {
        private let list: ArchiveList
        private let range: Range<Int>
        private var archives: ArraySlice<GivenPath>
        private var samples: ArchivedSampleReader?
        private var index = 0

        init(_ list: ArchiveList, _ range: Range<Int>) {
            self.list = list
            self.range = range
            archives = list.archives[...]
        }

        package func next() throws -> Item? {
            while index < range.upperBound {
                if let sample = try samples?.next() {
                    guard sample.isItem else { continue }
                    defer { index += 1 }
                    if index >= range.lowerBound { return Item(index: index, content: .archived(sample)) }
                } else {
                    guard let archive = archives.popFirst() else {
                        throw FileError.unreadableFile(
                            list.archives.last?.path ?? "", cause: "it became shorter while it was read")
                    }
                    samples = try ArchiveList.reader(archive, list.members)
                }
            }
            return nil
        }
    }
}
