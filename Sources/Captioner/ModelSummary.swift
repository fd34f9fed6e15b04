public import BLIP2
public import Checkpoints
public import Foundation

/// What a checkpoint folder holds and how its tensors fit the model: the answer to `caption-images inspect`.
public struct ModelSummary: Sendable {
    public let configuration: BLIP2Configuration
    /// How many bytes the weight files have.
    public let weightBytes: Int
    /// Tensors in the files, used or not.
    public let tensorCount: Int
    /// Missing, misshapen and unused tensors, parameters and dtypes.
    public let weights: WeightReport

    /// Reads the configuration and the headers of the weight files, not the weights.
    /// - Throws: `CaptionerError.unusableModel` when the folder, its configuration or a header cannot be read.
    public init(model folder: URL) throws {
        do {
            let checkpoint = try Checkpoint(folder: folder)
            configuration = try BLIP2Model.configuration(of: checkpoint)
            let scope = checkpoint.weights(reading: false)
            _ = try BLIP2Model(configuration, weights: scope)
            weights = scope.report()
            tensorCount = checkpoint.tensors.count
            weightBytes = checkpoint.tensors.map(\.byteRange.count).reduce(0, +)
        } catch {
            throw CaptionerError.unusableModel(folder: folder.path, cause: "\(error)")
        }
    }
}
