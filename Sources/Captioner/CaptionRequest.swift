public import CaptionerImageProcessing
public import Foundation

/// An image to caption, and a prompt for this image.
///
/// ```swift
/// let question = CaptionRequest(image: .file(url), prompt: "Question: what is this? Answer:")
/// let answer = try await captioner.caption(question)
/// ```
public struct CaptionRequest: Sendable {
    /// The image.
    public var image: ImageSource
    /// Further images that the prompt is about, after the first, for a model that takes several: SmolVLM. A
    /// model of embeddings looks at the first.
    public var furtherImages: [ImageSource]
    /// The text that this image's caption continues, or the question for a model that was trained to converse. Nil for
    /// ``Captioner/GenerationOptions/prompt``.
    public var prompt: String?
    /// The image as the captioner takes it, where it has been decoded already for another model.
    package var processed: ProcessedImage?

    /// - Parameters: as the properties of the same names.
    public init(image: ImageSource, furtherImages: [ImageSource] = [], prompt: String? = nil) {
        self.image = image
        self.furtherImages = furtherImages
        self.prompt = prompt
    }
}

/// A type whose values can be captioned: a `URL`, `Data`, ``ImageSource``, ``RGBImage`` or ``CaptionRequest``.
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

/// The image file at this URL.
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
