/// An image to caption, with a prompt of its own.
public struct CaptionRequest: Sendable {
    public var image: ImageSource
    /// Text that this image's caption continues; nil for that of the options.
    public var prompt: String?
    /// What the captioner makes of the image, where it has been decoded already for another model.
    package var processed: ProcessedImage?

    public init(image: ImageSource, prompt: String? = nil) {
        self.image = image
        self.prompt = prompt
    }
}

/// What captions can be asked for: an image, or an image with a prompt.
public protocol CaptionRequestConvertible: Sendable {
    var captionRequest: CaptionRequest { get }
}

extension CaptionRequest: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { self }
}

extension ImageSource: CaptionRequestConvertible {
    public var captionRequest: CaptionRequest { CaptionRequest(image: self) }
}
