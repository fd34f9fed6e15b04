package import Foundation

extension ImageDecoder {
    /// The names of the formats that are decoded.
    package static var formatNames: [String] { ImageFormats.all.map { $0.name } }

    /// The names of those that builds with the package trait of that name decode, and this one does not.
    package static var missingFormatNames: [String] {
        OptionalFormat.allCases.filter { $0.format == nil }.map(\.rawValue)
    }

    /// The format of an image, by its first bytes.
    /// - Throws: `ImageError.empty`, `.unsupportedFormat`.
    package func formatName(of data: Data) throws(ImageError) -> String {
        try data.withUnsafeBytes { bytes in
            Result { () throws(ImageError) -> String in try format(of: bytes).name }
        }.get()
    }
}
