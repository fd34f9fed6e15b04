/// Why an image could not be had, or why an image processor cannot be made.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file could not be read; `cause` is the system's reason.
    case unreadable(path: String, cause: String)
    /// There is not a single byte.
    case empty
    /// The bytes are of no format that is decoded; `found` names what they look like.
    case unsupportedFormat(found: String)
    /// A file of a kind that is not decoded, such as 12 bits per sample.
    case unsupportedFeature(format: String, feature: String)
    /// The header promises more pixels than are allowed.
    case tooLarge(width: Int, height: Int, maximumPixelCount: Int)
    /// A file too broken to get an image from.
    case corrupt(format: String, cause: String)
    /// Pixels handed over do not make an image of the size stated.
    case invalidPixels(width: Int, height: Int, byteCount: Int)
    /// A field of the image processor's configuration has a value that cannot be honoured.
    case invalidConfiguration(field: String, cause: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let cause):
            "cannot read \(path): \(cause)"
        case .empty:
            "the file is empty"
        case .unsupportedFormat(let found):
            "not a \(ImageFormats.names) image: looks like \(found)"
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
