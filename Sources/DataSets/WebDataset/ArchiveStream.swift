package import CaptionerFiles
package import SystemPackage

/// All samples of an archive that comes through a pipe, or of files that are read as one, those without an image too.
package struct ArchiveStream: ItemSource {
    private enum Origin: Sendable {
        case descriptor(Int32)
        case list(ArchiveList)
    }

    private let origin: Origin
    private let members: ArchiveMembers

    /// - Parameter descriptor: closed when it was read.
    package init(descriptor: Int32, members: ArchiveMembers) {
        origin = .descriptor(descriptor)
        self.members = members
    }

    package init(_ list: ArchiveList) {
        origin = .list(list)
        members = list.members
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        self.init(try ArchiveList(inputs: inputs, fields: fields))
    }

    package static func claims(_ input: GivenPath) -> Bool { false }
    package static let takesSeveralInputs = true

    /// What messages call it.
    static let name = "standard input"

    /// The count of a pipe, which is unknown.
    package static let unknownCount = Int.max
    package var count: Int { Self.unknownCount }
    package var paths: [String] { if case .list(let list) = origin { list.paths } else { [] } }
    package var files: [FilePath] { if case .list(let list) = origin { list.files } else { [] } }
    package var fields: DataSetFields? { nil }
    package var notes: [String] { [] }

    /// Only once of a pipe, and from its beginning.
    package func items(_ range: Range<Int>) throws -> any ItemReader {
        switch origin {
        case .descriptor(let descriptor):
            let bytes = TarStreamBytes(descriptor: descriptor, path: FilePath(Self.name))
            return Reader([{ ArchivedSampleReader(bytes, archive: [], members: members) }], range)
        case .list(let list):
            return Reader(list.archives.map { archive in { try ArchiveList.reader(archive, list.members) } }, range)
        }
    }

    private final class Reader: ItemReader {
        private var archives: ArraySlice<() throws -> ArchivedSampleReader>
        private let range: Range<Int>
        private var samples: ArchivedSampleReader?
        private var index = 0

        init(_ archives: [() throws -> ArchivedSampleReader], _ range: Range<Int>) {
            self.archives = archives[...]
            self.range = range
        }

        package func next() throws -> Item? {
            while index < range.upperBound {
                if let sample = try samples?.next() {
                    defer { index += 1 }
                    return Item(index: index, content: .archived(sample))
                }
                guard let archive = archives.popFirst() else { return nil }
                samples = try archive()
            }
            return nil
        }
    }
}
