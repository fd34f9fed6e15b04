/// Where the time of some images went, in seconds of wall-clock time, and how much was done in it.
///
/// The stages follow each other, so their sum is at most the time that passed. ``imageWork`` is not one of them.
public struct StageTimings: Sendable, Codable, Equatable {
    /// Waiting for pictures: for files to be read and decoded, resized and normalised. Those that were prepared while
    /// the model was busy are not waited for.
    public var imageDecode = 0.0
    public var vision = 0.0
    /// The Q-Former and the projection into the decoder's width.
    public var qFormer = 0.0
    /// Reading image prefixes and prompts in the decoder, up to the first token.
    public var prefill = 0.0
    /// All further tokens.
    public var decode = 0.0
    /// How long each picture took to be read, decoded, resized and normalised, added up over all of them, although
    /// several are prepared at once, and while the model runs, with which they then share the processor.
    public var imageWork = 0.0
    /// Images that were prepared, or found to be bad.
    public var preparedImages = 0
    /// Images that went through the model.
    public var images = 0
    /// Tokens generated, end tokens included.
    public var newTokens = 0

    public init() {}

    public static func += (left: inout StageTimings, right: StageTimings) {
        left.imageDecode += right.imageDecode
        left.vision += right.vision
        left.qFormer += right.qFormer
        left.prefill += right.prefill
        left.decode += right.decode
        left.imageWork += right.imageWork
        left.preparedImages += right.preparedImages
        left.images += right.images
        left.newTokens += right.newTokens
    }

    mutating func measure<Result: ~Copyable>(
        _ stage: WritableKeyPath<StageTimings, Double>, _ work: () throws -> Result
    ) rethrows -> Result {
        try measureSeconds(into: &self[keyPath: stage], work)
    }
}

/// Adds the wall-clock time of `work` to `total`.
package func measureSeconds<Result: ~Copyable>(into total: inout Double, _ work: () throws -> Result) rethrows -> Result
{
    let start = ContinuousClock.now
    defer { total += (ContinuousClock.now - start) / .seconds(1) }
    return try work()
}
