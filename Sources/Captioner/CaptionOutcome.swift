/// What became of one image.
public struct CaptionOutcome: Sendable {
    /// The image's place in the sequence, from 0.
    public let index: Int
    /// The image as it was handed over.
    public let source: ImageSource
    /// Its captions, the best first, or why there is none. As many as `numReturnSequences` of the options says.
    public let captions: Result<[Caption], CaptionFailure>

    /// Its first caption, or why there is none.
    public var result: Result<Caption, CaptionFailure> {
        captions.flatMap { captions in
            captions.first.map(Result.success) ?? .failure(CaptionFailure(stage: .caption, message: "no caption"))
        }
    }

    /// - Parameters: as the properties of the same names.
    public init(index: Int, source: ImageSource, captions: Result<[Caption], CaptionFailure>) {
        self.index = index
        self.source = source
        self.captions = captions
    }
}
