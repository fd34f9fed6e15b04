/// What became of one image.
public struct CaptionOutcome: Sendable {
    /// The image's place in the sequence, from 0.
    public let index: Int
    /// The image as it was handed over.
    public let source: ImageSource
    /// Its caption, or why there is none.
    public let result: Result<Caption, CaptionFailure>
}
