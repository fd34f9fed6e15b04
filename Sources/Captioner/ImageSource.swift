import CaptionerFiles
public import CaptionerImageProcessing
public import Foundation
import SystemPackage

/// A decoded image: 8-bit red, green and blue samples.
public typealias RGBImage = CaptionerImageProcessing.RGBImage
/// The order of a pixel's samples.
public typealias PixelFormat = CaptionerImageProcessing.PixelFormat
/// Why an image cannot be read or made; initialisers of images throw it, and a `CaptionFailure` has its message.
public typealias ImageError = CaptionerImageProcessing.ImageError
/// What to do about the EXIF orientation of a file.
public typealias ImageOrientation = CaptionerImageProcessing.ImageOrientation

/// An image to caption.
///
/// ```swift
/// let camera = try ImageSource.pixels(bytes, width: 640, height: 480, bytesPerRow: 2560, format: .bgra)
/// for try await outcome in captioner.captions(for: [.file(url), .data(data), camera]) { print(outcome.index) }
/// ```
public enum ImageSource: Sendable {
    /// An image file: JPEG, PNG, GIF, BMP or WebP, and what the package's traits add. Percent escapes of the URL may encode a path that is not UTF-8.
    case file(URL)
    /// The bytes of an image file.
    case data(Data)
    /// Decoded pixels.
    case pixels(RGBImage)

    /// An image of pixels in memory, such as those of a camera, a window or another library. Alpha is ignored.
    /// - Parameters:
    ///   - bytes: rows of pixels, the top one first.
    ///   - width: the number of pixels in a row.
    ///   - height: the number of rows.
    ///   - bytesPerRow: the distance between the starts of two rows; nil for rows without padding.
    ///   - format: the order of a pixel's samples.
    /// - Throws: `ImageError.invalidPixels` for a size that is not positive, or too few bytes for the sizes.
    public static func pixels(
        _ bytes: Data, width: Int, height: Int, bytesPerRow: Int? = nil, format: PixelFormat
    ) throws -> ImageSource {
        try bytes.withUnsafeBytes { bytes in
            .pixels(
                try RGBImage(width: width, height: height, bytesPerRow: bytesPerRow, format: format, bytes: bytes))
        }
    }

    var path: String? {
        if case .file(let url) = self { FilePath(url).escaped } else { nil }
    }
}
