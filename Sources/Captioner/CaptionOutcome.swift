/// The result for one image of a sequence: its captions, or the reason why it has none.
///
/// ```swift
/// for try await outcome in captioner.captions(for: urls) {
///     if case .failure(let failure) = outcome.result { print(outcome.index, failure.stage, failure.message) }
/// }
/// ```
public struct CaptionOutcome: Sendable {
    /// The image's place in the sequence, from 0.
    public let index: Int
    /// The image as the sequence gave it.
    public let source: ImageSource
    /// The image's captions, the best first, or the reason why there is none.
    /// ``Captioner/GenerationOptions/numReturnSequences`` says how many.
    public let captions: Result<[Caption], CaptionFailure>

    /// The image's first caption, or the reason why there is none.
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
