import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// An image whose bytes are in its row, as Base64: `"image_bytes": ["...", ...]` beside `"images"`.
///
/// Data-Juicer 1.6 has bytes there that it reads from Parquet; no JSON holds any, so rows have them as text. It is decoded when
/// its image is needed.
struct EncodedPicture: PictureSource {
    /// The field beside the list of paths.
    static let field = "image_bytes"

    private let text: String
    /// What the list of paths has in its place.
    private let name: String

    /// - Parameters:
    ///   - index: the image's, in both lists.
    ///   - members: of the row.
    /// - Returns: nil where the row has no text in this place; then the path is meant, as with Data-Juicer.
    init?(at index: Int, name: String, in members: [JSONMember]) {
        guard let elements = members.value(of: Self.field)?.elements, elements.indices.contains(index),
            let text = elements[index].text, !text.isEmpty
        else { return nil }
        self.text = text
        self.name = name
    }

    package var file: FilePath? { nil }
    package var exists: Bool { true }

    /// - Throws: `ItemFailure` for what is not Base64.
    package func bytes() throws(ItemFailure) -> Data {
        guard let data = Data(base64Encoded: text) else {
            throw ItemFailure(
                stage: .read, message: "cannot read \(name.shortened): its \(Self.field) is not Base64")
        }
        return data
    }
}
