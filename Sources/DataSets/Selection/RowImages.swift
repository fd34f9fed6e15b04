import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The images that a row names: `"images": [PATH, ...]` of a sample, or `"image": PATH` of a record.
struct RowImages {
    /// As they are written.
    let names: [String]
    let sources: [any PictureSource]

    /// - Parameters:
    ///   - key: the field with the images of a sample.
    ///   - folder: what relative paths are relative to.
    /// - Returns: nil if the field is no list of paths.
    init?(of members: [JSONMember], key: String, in folder: FilePath) {
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
            sources = [Self.source(ofRecord: name, in: folder)]
        } else {
            (names, sources) = ([], [])
        }
    }

    /// Records have escaped names.
    private static func source(ofRecord name: String, in folder: FilePath) -> any PictureSource {
        let escaped = FilePath(escaped: name)
        let path = escaped.isAbsolute ? escaped : folder.pushing(escaped)
        return path.exists ? PictureFile(path: path) : PictureReference.source(of: name, in: folder)
    }
}
