/// An image in memory: 8-bit red, green and blue, interleaved, top row first, left pixel first.
///
/// ```swift
/// let grey = try RGBImage(width: 2, height: 1, bytes: [128, 128, 128, 64, 64, 64])
/// let caption = try await captioner.caption(grey)
/// ```
public struct RGBImage: Sendable, Equatable {
    /// Pixels per row, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int
    /// The samples, `[H, W, 3]`.
    public let bytes: [UInt8]
    /// A warning about the file that the image was decoded from; `nil` if there is none.
    ///
    /// The pixels are then those that Pillow gives when it is set to load truncated images.
    public let note: String?
    /// Whether the file is truncated. Missing pixels are filled in by the rules of its format.
    public let isTruncated: Bool

    /// How opaque each pixel is, `[H, W]`; nil for a file without transparency.
    let alpha: [UInt8]?

    /// The `note` of truncated files.
    static let truncationNote = "the file ends early"

    /// An image of 8-bit samples.
    /// - Parameter bytes: `[H, W, 3]`.
    /// - Throws: `ImageError.invalidPixels` unless both sizes are positive and `bytes` has `height * width * 3` elements.
    public init(width: Int, height: Int, bytes: [UInt8]) throws(ImageError) {
        let (pixelCount, pixelOverflow) = width.multipliedReportingOverflow(by: height)
        let (byteCount, byteOverflow) = pixelCount.multipliedReportingOverflow(by: 3)
        guard width > 0, height > 0, !pixelOverflow, !byteOverflow, byteCount == bytes.count else {
            throw .invalidPixels(width: width, height: height, byteCount: bytes.count)
        }
        self.init(decodedWidth: width, height: height, bytes: bytes)
    }

    /// An image whose sizes the decoder has checked already.
    init(
        decodedWidth width: Int, height: Int, bytes: [UInt8], alpha: [UInt8]? = nil, note: String? = nil,
        isTruncated: Bool = false
    ) {
        precondition(width > 0 && height > 0 && bytes.count == width * height * 3, "expected [H, W, 3]")
        precondition(alpha == nil || alpha?.count == width * height, "expected [H, W]")
        self.alpha = alpha
        self.width = width
        self.height = height
        self.bytes = bytes
        self.note = note
        self.isTruncated = isTruncated
    }
}
