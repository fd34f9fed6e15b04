import CaptionerFiles
public import CaptionerImageProcessing
public import Foundation
import SystemPackage

/// Decoded pixels, as the library takes them.
public typealias RGBImage = CaptionerImageProcessing.RGBImage
/// The order of a pixel's samples.
public typealias PixelFormat = CaptionerImageProcessing.PixelFormat
/// Why an image could not be had: of `CaptionFailure` the cause, thrown itself by initialisers of images.
public typealias ImageError = CaptionerImageProcessing.ImageError
/// What is done about the orientation that a camera wrote into a file.
public typealias ImageOrientation = CaptionerImageProcessing.ImageOrientation

/// An image to caption.
public enum ImageSource: Sendable {
    /// A JPEG or PNG file. Percent escapes of the address may encode a path that is not UTF-8.
    case file(URL)
    /// The bytes of a JPEG or PNG file.
    case data(Data)
    /// Decoded pixels.
    case pixels(RGBImage)

    /// Pixels as cameras, windows and other libraries have them; alpha is left out.
    /// - Parameters:
    ///   - bytes: rows of pixels, the top one first.
    ///   - width: pixels of a row.
    ///   - height: rows.
    ///   - bytesPerRow: from the start of a row to that of the next; nil where they follow each other without a gap.
    ///   - format: the order of a pixel's samples.
    /// - Throws: `ImageError.invalidPixels` for sizes that are not positive, or too few bytes for them.
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
