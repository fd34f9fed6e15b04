import CaptionerFiles
public import Checkpoints
public import Generation
public import SystemPackage
public import TensorCore

/// BLIP-2 for captions: a vision transformer, a Q-Former, a projection and an OPT decoder.
///
/// Reproduces `Blip2ForConditionalGeneration` of transformers in float32. The stages are separate calls, so that each
/// can be timed, traced and batched on its own: ``encode(_:in:)``, ``query(_:in:)``, ``project(_:in:)``,
/// ``session(prefixes:prompts:maxNewTokens:in:)``.
public struct BLIP2Model: Sendable {
    private static let configurationFileName = "config.json"

    public private(set) var configuration: BLIP2Configuration
    private let visionTransformer: VisionTransformer
    private let qFormer: QFormer
    private let languageProjection: Linear
    let decoder: OPTDecoder

    /// Binds the weights of a checkpoint. Problems with tensors are gathered in the scope's ledger rather than thrown
    /// one by one: call `weights.validate()` afterwards.
    public init(_ configuration: BLIP2Configuration, weights: WeightScope) throws {
        self.configuration = configuration
        visionTransformer = try VisionTransformer(configuration.vision, weights: weights["vision_model"])
        qFormer = try QFormer(configuration.qFormer, queryTokenCount: configuration.queryTokenCount, root: weights)
        languageProjection = try Linear(
            weights["language_projection"], from: configuration.qFormer.width, to: configuration.text.width)
        decoder = try OPTDecoder(configuration.text, weights: weights["language_model"])
        // The decoder knows how many tokens its table has; config.json may be older than it.
        self.configuration.text = decoder.configuration
    }

    /// Loads the model of a checkpoint folder and checks all its tensors.
    /// - Returns: the model and the names of tensors that it has no use for.
    /// - Throws: `BLIP2Error` for the configuration, `CheckpointError` for files and tensors.
    public static func load(
        _ checkpoint: Checkpoint, precisions: PrecisionPlan = PrecisionPlan(.float32)
    ) throws -> (model: BLIP2Model, unusedTensors: [String]) {
        let weights = checkpoint.weights(precisions: precisions)
        let model = try BLIP2Model(configuration(of: checkpoint), weights: weights)
        try weights.validate()
        return (model, weights.report().unused)
    }

    /// What writes a checkpoint in panels.
    /// - Parameter packing: what the packed file will say of itself.
    /// - Throws: `BLIP2Error` for the configuration, `CheckpointError` for files and tensors.
    public static func packer(_ checkpoint: Checkpoint, packing: Packing) throws -> CheckpointPacker {
        let weights = checkpoint.weights(reading: false, precisions: packing.plan)
        _ = try BLIP2Model(configuration(of: checkpoint), weights: weights)
        try weights.validate()
        return try CheckpointPacker(checkpoint, weights: weights, packing: packing)
    }

    /// Opens a checkpoint folder.
    ///
    /// The configuration is looked at first: that a folder holds another model says more than that its weights are in
    /// `.bin` files.
    /// - Throws: as ``configuration(of:)`` and `Checkpoint.init(folder:)`.
    public static func checkpoint(in folder: FilePath) throws -> Checkpoint {
        _ = try Checkpoint.decode(BLIP2Configuration.self, from: configurationFileName, in: folder)
        return try Checkpoint(folder: folder)
    }

    /// The configuration of a checkpoint folder.
    /// - Throws: `BLIP2Error`, or `CheckpointError` when `config.json` cannot be read.
    public static func configuration(of checkpoint: Checkpoint) throws -> BLIP2Configuration {
        guard let configuration = try checkpoint.decode(BLIP2Configuration.self, from: configurationFileName) else {
            throw BLIP2Error.missingConfiguration(folder: checkpoint.folder.escaped)
        }
        return configuration
    }

    /// The image tokens, class token first: `vision.last_hidden_state`.
    /// - Shape: pixel values `[B, 3, S, S]` to `[B, T, D]`.
    public func encode(_ pixelValues: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        try visionTransformer(pixelValues, in: context)
    }

    /// What the queries found in the image tokens: `qformer.last_hidden_state`.
    /// - Shape: `[B, T, D]` to `[B, Q, D]` of the Q-Former's width.
    public func query(_ imageTokens: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        try qFormer(imageTokens, in: context)
    }

    /// The queries in the decoder's width: `language_projection`.
    /// - Shape: `[B, Q, D]` to `[B, Q, D]`.
    public func project(_ queries: borrowing Tensor, in context: ComputeContext) -> Tensor {
        languageProjection(queries, in: context)
    }

    /// Checks that a text can begin with these tokens, before any image is encoded for it.
    /// - Parameter prompt: token ids, begin token included.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    public func check(prompt: [Int]) throws {
        try configuration.text.check(prompt, after: configuration.queryTokenCount)
    }

    /// Texts to continue, one or more for each image.
    ///
    /// - Parameters:
    ///   - prefixes: the projected queries, `[B, Q, D]`.
    ///   - prompts: the token ids of each image's prompt, the begin token first; they may differ in length.
    ///   - copies: how many sequences shall be able to continue each image at once.
    ///   - maxNewTokens: how many tokens there shall be room for.
    /// - Throws: `GenerationError.promptTooLong`, `.unknownToken`.
    public func session(
        prefixes: consuming Tensor, prompts: [[Int]], copies: Int = 1, maxNewTokens: Int, in context: ComputeContext
    ) throws -> some DecodingSession {
        try OPTSession(
            decoder, prefixes: prefixes, prompts: prompts, copies: copies, maxNewTokens: maxNewTokens, in: context)
    }
}
