package import Foundation

extension ImageDecoder {
    /// The names of the formats that are decoded.
    package static var formatNames: [String] { ImageFormats.all.map { $0.name } }

    /// The format of an image, by its first bytes.
    /// - Throws: `ImageError.empty`, `.unsupportedFormat`.
    package func formatName(of data: Data) throws(ImageError) -> String {
        try data.withUnsafeBytes { bytes in
            Result { () throws(ImageError) -> String in try format(of: bytes).name }
        }.get()
    }
}
