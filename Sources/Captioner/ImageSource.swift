import CaptionerFiles
public import CaptionerImageProcessing
public import Foundation
import SystemPackage

/// Decoded pixels, as the library takes them.
public typealias RGBImage = CaptionerImageProcessing.RGBImage
/// What is done about the orientation that a camera wrote into a file.
public typealias ImageOrientation = CaptionerImageProcessing.ImageOrientation

/// An image to caption.
public enum ImageSource: Sendable {
    /// A JPEG or PNG file. Percent escapes of the address may stand for a path that is not UTF-8.
    case file(URL)
    /// The bytes of a JPEG or PNG file.
    case data(Data)
    /// Decoded pixels.
    case pixels(RGBImage)

    var path: String? {
        if case .file(let url) = self { FilePath(url).escaped } else { nil }
    }
}
