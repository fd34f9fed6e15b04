import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The images that a row names: `"images": [PATH, ...]` of a sample, or `"image": PATH` of a record.
struct RowImages {
    /// As they are written.
    let names: [String]
    let sources: [any PictureSource]
    /// The files that they are in, archives included.
    let files: [FilePath]

    /// - Parameters:
    ///   - key: the field with the images of a sample.
    ///   - folder: what relative paths are relative to.
    ///   - archives: finds images that records name as members of archives.
    /// - Returns: nil if the field is no list of paths.
    init?(of members: [JSONMember], key: String, in folder: FilePath, _ archives: ArchivedMembers) {
        var archive: FilePath?
        if let list = members.value(of: key), !list.isNull {
            guard let elements = list.elements else { return nil }
            names = elements.compactMap(\.text)
            guard names.count == elements.count else { return nil }
            sources = names.enumerated().map { index, name in
                EncodedPicture(at: index, name: name, in: members) ?? PictureReference.source(of: name, in: folder)
            }
        } else if let image = members.value(of: "image"), !image.isNull {
            guard let name = image.text else { return nil }
            names = [name]
            let path = Self.path(ofRecord: name, in: folder)
            if path.exists {
                sources = [PictureFile(path: path)]
            } else if let archived = archives.picture(path, file: { $0 }) {
                (sources, archive) = ([archived.picture], archived.archive)
            } else {
                sources = [PictureReference.source(of: name, in: folder)]
            }
        } else {
            (names, sources) = ([], [])
        }
        files = sources.compactMap(\.file) + [archive].compactMap { $0 }
    }

    /// Records have escaped names.
    private static func path(ofRecord name: String, in folder: FilePath) -> FilePath {
        let escaped = FilePath(escaped: name)
        return escaped.isAbsolute ? escaped : folder.pushing(escaped)
    }
}
