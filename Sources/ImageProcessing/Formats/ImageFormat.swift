/// A format of image files. It is a folder here, and a line in ``all``.
protocol ImageFormat: Sendable {
    /// What messages call it.
    static var name: String { get }

    /// Whether a file is of this format.
    /// - Parameter start: its first bytes, as many as `ContentName.sampleSize` if it has them.
    static func claims(_ start: [UInt8]) -> Bool

    /// In pixels, as the file states it.
    var width: Int { get }
    var height: Int { get }
    var orientation: EXIFOrientation { get }

    /// Reads what precedes the pixels, and takes no memory for them.
    /// - Throws: `ImageError.corrupt`, `.unsupportedFeature`.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError)

    /// Decodes the pixels as they are stored, `[H, W, 3]`, as far as the data goes.
    /// - Parameter bytes: those that the header was read from.
    /// - Throws: `ImageError.corrupt` when there is nothing to show.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage

    /// Decodes an image that will be made small, if the format has a faster way: reduced, but its longer side no less
    /// than `size` pixels. Nil where it has none.
    func decodeReduced(_ bytes: UnsafeRawBufferPointer, atLeast size: Int) -> RGBImage?
}

extension ImageFormat {
    func decodeReduced(_ bytes: UnsafeRawBufferPointer, atLeast size: Int) -> RGBImage? { nil }
}

/// The formats that can be decoded.
enum ImageFormats {
    static let all: [any ImageFormat.Type] =
        [
            JPEGFormat.self,
            PNGFormat.self,
            GIFFormat.self,
            BMPFormat.self,
            WebPFormat.self,
        ] + OptionalFormat.allCases.compactMap(\.format)

    /// Their names, as a sentence has them: "JPEG, PNG or GIF".
    static var names: String {
        let names = all.map { $0.name }
        return [names.dropLast().joined(separator: ", "), names[names.count - 1]].joined(separator: " or ")
    }
}
