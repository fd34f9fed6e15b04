import CaptionerFiles
import Synchronization
package import SystemPackage

/// Finds members of archives by the paths that records have: that of the archive, a slash, and the member's name.
package final class ArchivedMembers: Sendable {
    /// The archive that was asked about last: rows of one follow each other.
    private let last = Mutex<(archive: FilePath, files: [[UInt8]: File])?>(nil)

    private struct File: Sendable {
        let contents: TarContents
        let isSparse: Bool
    }

    package init() {}

    /// The image that a path of a record means, where that is no file.
    /// - Parameter file: finds an archive by what the record calls it.
    /// - Returns: nil where there is no such archive, or no such member in it.
    package func picture(
        _ path: FilePath, file: (FilePath) -> FilePath?
    ) -> (archive: FilePath, picture: any PictureSource)? {
        for (archive, member) in Self.places(of: path) {
            guard let archive = file(archive), archive.isRegularFile, let picture = picture(member, in: archive)
            else { continue }
            return (archive, picture)
        }
        return nil
    }

    /// The images that a path of a record may mean: archives, and members in them.
    private static func places(of path: FilePath) -> [(archive: FilePath, member: [UInt8])] {
        let bytes = path.bytes
        let ending = Array(".tar/".utf8)
        return bytes.indices.dropFirst(ending.count).filter {
            bytes[..<$0].suffix(ending.count).elementsEqual(ending) { $0.lowercasedASCII == $1 }
        }
        .map { (FilePath(bytes: bytes[..<($0 - 1)]), Array(bytes[$0...])) }
    }

    private func picture(_ member: [UInt8], in archive: FilePath) -> (any PictureSource)? {
        files(of: archive)[Self.key(member)].map { file in
            ArchivedPicture(
                contents: file.contents, isSparse: file.isSparse,
                name: FilePath.escaped(archive.bytes + [UInt8(ascii: "/")] + member))
        }
    }

    /// A member's name as a path has it: of slashes that follow each other one is left, and none before the first name.
    private static func key(_ member: [UInt8]) -> [UInt8] {
        Array(FilePath(bytes: member).bytes.drop { $0 == UInt8(ascii: "/") })
    }

    private func files(of archive: FilePath) -> [[UInt8]: File] {
        if let last = last.withLock({ $0 }), last.archive == archive { return last.files }
        var files: [[UInt8]: File] = [:]
        if let file = try? TarFile(path: archive) {
            let reader = TarReader(TarFileBytes(file))
            // What comes after damage has no rows.
            while let entry = (try? reader.next()).flatMap({ $0 }) {
                guard entry.isFile else { continue }
                files[Self.key(entry.name)] = File(contents: entry.contents, isSparse: entry.isSparse)
            }
        }
        last.withLock { [files] in $0 = (archive, files) }
        return files
    }
}
