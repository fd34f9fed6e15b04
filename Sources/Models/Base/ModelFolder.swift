package import CaptionerCheckpoints
import CaptionerFiles
package import SystemPackage

/// A checkpoint folder whose configuration a family claims.
package struct ModelFolder {
    package let checkpoint: Checkpoint
    private let configuration: ConfigurationReader
    private let family: any CaptioningModel.Type

    /// Opens a folder.
    ///
    /// The configuration is looked at first: that a folder holds another model says more than that its weights are in
    /// `.bin` files.
    /// - Throws: `CheckpointError` for files, also for a configuration that cannot be used; `ModelError.missingConfiguration`.
    package init(_ folder: FilePath) throws {
        let name = "config.json"
        let configuration = try Self.naming(name, in: folder) {
            try Checkpoint.json(name, in: folder).map { try ConfigurationReader($0) }
        }
        let family = try configuration.map { configuration in
            try Self.naming(name, in: folder) { try ModelRegistry.family(of: configuration) }
        }
        checkpoint = try Checkpoint(folder: folder)
        guard let configuration, let family else { throw ModelError.missingConfiguration(folder: folder.escaped) }
        self.configuration = configuration
        self.family = family
    }

    /// Loads the model and checks all its tensors.
    /// - Parameter weights: a scope of the checkpoint.
    /// - Returns: the model and the names of tensors that it has no use for.
    /// - Throws: `CheckpointError` for the configuration and the tensors, `TensorError.outOfMemory`.
    package func load(_ weights: WeightScope) throws -> (model: any CaptioningModel, unusedTensors: [String]) {
        let model = try build(weights)
        try weights.validate()
        return (model, weights.report().unused)
    }

    /// The model without its weights, and how the checkpoint fits it.
    /// - Throws: `CheckpointError` for the configuration.
    package func inspect() throws -> (model: any CaptioningModel, report: WeightReport) {
        let weights = checkpoint.weights(reading: false)
        return (try build(weights), weights.report())
    }

    /// What writes the checkpoint in panels.
    /// - Parameter packing: what the packed file will say of itself.
    /// - Returns: the packer, and the model without its weights.
    /// - Throws: `CheckpointError` for the configuration and the tensors.
    package func packer(packing: Packing) throws -> (packer: CheckpointPacker, model: any CaptioningModel) {
        let weights = checkpoint.weights(reading: false, packing: packing)
        let model = try build(weights)
        try weights.validate()
        return (try CheckpointPacker(checkpoint, weights: weights, packing: packing), model)
    }

    /// Builds the model from a scope of this checkpoint.
    package func build(_ weights: WeightScope) throws -> any CaptioningModel {
        try Self.naming("config.json", in: checkpoint.folder) { try family.init(configuration, weights: weights) }
    }

    private static func naming<Result>(
        _ name: String, in folder: FilePath, _ work: () throws -> Result
    ) throws -> Result {
        do {
            return try work()
        } catch let error as ModelError {
            throw CheckpointError.undecodable(
                file: folder.appending(name).escaped, keyPath: "", cause: "\(error)")
        }
    }
}
