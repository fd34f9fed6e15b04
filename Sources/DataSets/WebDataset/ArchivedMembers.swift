import CaptionerFiles
package import SystemPackage

/// Finds members of archives by the paths that records have: that of the archive, a slash, and the member's name.
package final class ArchivedMembers {
    /// The archive that was asked about last: rows of one follow each other.
    private var last: (archive: FilePath, contents: [[UInt8]: TarContents])?

    package init() {}

    /// The images that a path of a record may mean: archives, and members in them.
    package static func places(of path: FilePath) -> [(archive: FilePath, member: [UInt8])] {
        let bytes = path.bytes
        let ending = Array(".tar/".utf8)
        return bytes.indices.dropFirst(ending.count).filter {
            bytes[..<$0].suffix(ending.count).elementsEqual(ending) { $0.lowercasedASCII == $1 }
        }
        .map { (FilePath(bytes: bytes[..<($0 - 1)]), Array(bytes[$0...])) }
    }

    /// - Returns: nil where the archive has no such member.
    package func picture(_ member: [UInt8], in archive: FilePath) -> (any PictureSource)? {
        contents(of: archive)[member].map { contents in
            ArchivedPicture(contents: contents, name: FilePath.escaped(archive.bytes + [UInt8(ascii: "/")] + member))
        }
    }

    private func contents(of archive: FilePath) -> [[UInt8]: TarContents] {
        if let last, last.archive == archive { return last.contents }
        var contents: [[UInt8]: TarContents] = [:]
        if let file = try? TarFile(path: archive) {
            let reader = TarReader(TarFileBytes(file))
            // What comes after damage has no rows.
            while let entry = (try? reader.next()).flatMap({ $0 }) {
                if entry.isFile { contents[entry.name] = entry.contents }
            }
        }
        last = (archive, contents)
        return contents
    }
}
