/// The wall-clock time of each stage for some images, in seconds, and the numbers of images and tokens.
///
/// The stages follow each other, so their sum is at most the time that passed. ``imageWork`` is not one of them.
public struct StageTimings: Sendable, Codable, Equatable {
    /// A stage of the model, and how long it took.
    public struct Stage: Sendable, Codable, Equatable {
        /// The model's own name for it, such as `vision` and `q_former` of BLIP-2, or ``StageTimings/prefillStage`` and
        /// ``StageTimings/decodeStage``.
        public let name: String
        /// How long it took, in all images together.
        public var seconds: Double
    }

    /// The decoder's pass over image embeddings and prompts, which yields the first token.
    public static let prefillStage = "prefill"
    /// The decoder's passes for all tokens after the first.
    public static let decodeStage = "decode_tokens"

    /// Seconds that the model waited for images to be read, decoded, resized and normalized. Images that were prefetched
    /// in time are not waited for.
    public var imageDecode = 0.0
    /// The stages of the model, in its order.
    public private(set) var stages: [Stage] = []
    /// Seconds that each image took to be read, decoded, resized and normalized, added up over all images. Several
    /// images are prepared at once, and while the model runs, so this is part of no other time.
    public var imageWork = 0.0
    /// Images that were prepared, or found to be bad.
    public var preparedImages = 0
    /// Images that went through the model.
    public var images = 0
    /// Tokens generated, end tokens included.
    public var newTokens = 0

    /// Timings of nothing: all values are 0.
    public init() {}

    /// The time of a stage; 0 if there is none of this name.
    public func seconds(of stage: String) -> Double { stages.first { $0.name == stage }?.seconds ?? 0 }

    /// Adds to the time of a stage, which becomes the last if it is new.
    public mutating func add(_ seconds: Double, to stage: String) {
        if let index = stages.firstIndex(where: { $0.name == stage }) {
            stages[index].seconds += seconds
        } else {
            stages.append(Stage(name: stage, seconds: seconds))
        }
    }

    public static func += (left: inout StageTimings, right: StageTimings) {
        left.imageDecode += right.imageDecode
        for stage in right.stages { left.add(stage.seconds, to: stage.name) }
        left.imageWork += right.imageWork
        left.preparedImages += right.preparedImages
        left.images += right.images
        left.newTokens += right.newTokens
    }
}

/// Adds the wall-clock time of `work` to `total`.
package func measureSeconds<Result: ~Copyable>(into total: inout Double, _ work: () throws -> Result) rethrows -> Result
{
    let start = ContinuousClock.now
    defer { total += (ContinuousClock.now - start) / .seconds(1) }
    return try work()
}
