/// An image in memory: 8-bit red, green and blue, interleaved, top row first, left pixel first.
public struct RGBImage: Sendable, Equatable {
    /// Pixels per row, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int
    /// The samples, `[H, W, 3]`.
    public let bytes: [UInt8]
    /// What was wrong with the file the image came from, in a few words; `nil` when nothing was.
    ///
    /// The pixels are the best that could be had, and the same that Pillow gives when it is set to be lenient.
    public let note: String?
    /// Whether the file ended early. Pixels it did not hold are filled in by the rules of its format.
    public let isTruncated: Bool

    /// The `note` of truncated files.
    static let truncationNote = "the file ends early"

    /// An image made of the samples given.
    /// - Parameter bytes: `[H, W, 3]`.
    /// - Throws: `ImageError.invalidPixels` unless both sizes are positive and `bytes` has `height * width * 3` bytes.
    public init(width: Int, height: Int, bytes: [UInt8]) throws(ImageError) {
        let (pixelCount, pixelOverflow) = width.multipliedReportingOverflow(by: height)
        let (byteCount, byteOverflow) = pixelCount.multipliedReportingOverflow(by: 3)
        guard width > 0, height > 0, !pixelOverflow, !byteOverflow, byteCount == bytes.count else {
            throw .invalidPixels(width: width, height: height, byteCount: bytes.count)
        }
        self.init(decodedWidth: width, height: height, bytes: bytes)
    }

    /// An image whose sizes the decoder has checked already.
    init(decodedWidth width: Int, height: Int, bytes: [UInt8], note: String? = nil, isTruncated: Bool = false) {
        precondition(width > 0 && height > 0 && bytes.count == width * height * 3, "expected [H, W, 3]")
        self.width = width
        self.height = height
        self.bytes = bytes
        self.note = note
        self.isTruncated = isTruncated
    }
}
