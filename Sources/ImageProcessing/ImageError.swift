/// The reason why an image cannot be decoded or made of pixels, or why an image processor cannot be made.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file could not be read; `cause` is the system's reason.
    case unreadable(path: String, cause: String)
    /// The file is empty.
    case empty
    /// The format is not supported; `found` names what the bytes look like.
    case unsupportedFormat(found: String)
    /// The format is supported, but not this variant of it, such as 12 bits per sample.
    case unsupportedFeature(format: String, feature: String)
    /// The header has more pixels than are allowed.
    case tooLarge(width: Int, height: Int, maximumPixelCount: Int)
    /// The file is too damaged to be decoded.
    case corrupt(format: String, cause: String)
    /// The bytes do not make an image of the given size.
    case invalidPixels(width: Int, height: Int, byteCount: Int)
    /// A field of the image processor's configuration has a value that is not supported.
    case invalidConfiguration(field: String, cause: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let cause):
            "cannot read \(path): \(cause)"
        case .empty:
            "the file is empty"
        case .unsupportedFormat(let found):
            "not a \(ImageFormats.names) image: looks like \(found)\(OptionalFormat.advice(found))"
        case .unsupportedFeature(let format, let feature):
            "this kind of \(format) is not supported: \(feature)"
        case .tooLarge(let width, let height, let maximumPixelCount):
            "\(width) x \(height) pixels are more than the \(maximumPixelCount) allowed"
        case .corrupt(let format, let cause):
            "broken \(format): \(cause)"
        case .invalidPixels(let width, let height, let byteCount):
            "\(byteCount) bytes are not \(width) x \(height) pixels"
        case .invalidConfiguration(let field, let cause):
            "image processor configuration, \(field): \(cause)"
        }
    }
}
