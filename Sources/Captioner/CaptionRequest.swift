public import CaptionerImageProcessing
public import Foundation

/// An image to caption, with a prompt of its own.
public struct CaptionRequest: Sendable {
    /// The image.
    public var image: ImageSource
    /// Text that this image's caption continues, or, for a model that was trained to converse, the question; nil for that
    /// of the options.
    public var prompt: String?
    /// What the captioner makes of the image, where it has been decoded already for another model.
    package var processed: ProcessedImage?

    /// - Parameters: as the properties of the same names.
    public init(image: ImageSource, prompt: String? = nil) {
        self.image = image
        self.prompt = prompt
    }
}

/// What captions can be asked for: an image in any form, or an image with a prompt.
public protocol CaptionRequestConvertible: Sendable {
    /// The image and its prompt.
    var captionRequest: CaptionRequest { get }
}

extension CaptionRequest: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { self }
}

extension ImageSource: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { CaptionRequest(image: self) }
}

/// The image file at this address.
extension URL: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { CaptionRequest(image: .file(self)) }
}

/// The bytes of an image file.
extension Data: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { CaptionRequest(image: .data(self)) }
}

extension RGBImage: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { CaptionRequest(image: .pixels(self)) }
}
