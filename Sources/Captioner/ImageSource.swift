public import Foundation
// Pictures are handed over as its `RGBImage`: whoever imports Captioner shall have that type too.
@_exported public import ImageProcessing

/// An image to caption.
public enum ImageSource: Sendable {
    /// A JPEG or PNG file.
    case file(URL)
    /// The bytes of a JPEG or PNG file.
    case data(Data)
    /// Decoded pixels.
    case pixels(RGBImage)

    var path: String? {
        if case .file(let url) = self { url.path } else { nil }
    }
}

/// What became of one image.
public struct CaptionOutcome: Sendable {
    /// The image's place in the sequence, from 0.
    public let index: Int
    /// The image as it was handed over.
    public let source: ImageSource
    /// Its caption, or why there is none.
    public let result: Result<Caption, CaptionFailure>
}
