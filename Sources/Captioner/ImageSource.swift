import CaptionerFiles
public import Foundation
// Pictures are handed over as its `RGBImage`: whoever imports Captioner shall have that type too.
@_exported public import ImageProcessing
import SystemPackage

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
