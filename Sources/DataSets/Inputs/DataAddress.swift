import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// An image in its own address (RFC 2397): `data:image/png;base64,...`, or percent-encoded bytes.
///
/// It is decoded when its image is needed: most that is asked of a row needs none.
struct DataAddress: PictureSource, Equatable {
    package let text: ExactString

    init(_ text: String) { self.text = ExactString(text) }

    package var file: FilePath? { nil }
    package var exists: Bool { true }

    /// - Throws: `ItemFailure` for what is no such address.
    package func bytes() throws(ItemFailure) -> Data {
        let bytes = Array(text.string.utf8.dropFirst("data:".utf8.count))
        guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else {
            throw failure("a data address without a comma")
        }
        guard let contents = PercentEscapes.decoded(bytes[(comma + 1)...]) else {
            throw failure("a data address with a percent sign without two digits")
        }
        let suffix = bytes[..<comma].suffix(";base64".utf8.count).map(\.lowercasedASCII)
        guard suffix.elementsEqual(";base64".utf8) else { return Data(contents) }
        guard let data = Data(base64Encoded: Data(contents)) else {
            throw failure("a data address that is not Base64")
        }
        return data
    }

    private func failure(_ cause: String) -> ItemFailure {
        ItemFailure(stage: .read, message: "cannot read \(text.string.shortened): \(cause)")
    }
}
