/// What became of one image.
public struct CaptionOutcome: Sendable {
    /// The image's place in the sequence, from 0.
    public let index: Int
    /// The image as it was handed over.
    public let source: ImageSource
    /// Its captions, the best first, or why there is none. As many as `numReturnSequences` of the options says.
    public let captions: Result<[Caption], CaptionFailure>

    /// Its first caption, or why there is none.
    public var result: Result<Caption, CaptionFailure> { captions.map { $0[0] } }
}
