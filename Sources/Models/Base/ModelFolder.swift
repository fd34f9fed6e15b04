package import CaptionerCheckpoints
import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A checkpoint folder whose configuration a family claims, of those that do what is wanted: `Kind` is
/// `any CaptioningModel`, `any EmbeddingModel`, or `any Model` for all of them.
package struct ModelFolder<Kind> {
    /// The weights, with those of the companions.
    package let checkpoint: Checkpoint
    package let layout: CheckpointLayout
    private let configuration: ConfigurationReader
    private let make: (ConfigurationReader, WeightScope) throws -> Kind
    /// What all models have in common.
    package let base: (Kind) -> any Model
    private let companions: CompanionFolders

    /// Opens a folder.
    ///
    /// The configuration is looked at first: that a folder holds another model says more than that its weights are in
    /// `.bin` files.
    /// - Parameters:
    ///   - overrides: values of the configuration by their key, which count in place of those in the file.
    ///   - search: where companions are looked for.
    ///   - families: those that are asked.
    ///   - base: gives a model as what all models are.
    ///   - make: makes a model of the family of an index.
    /// - Throws: `CheckpointError` for files, also for a configuration that cannot be used; `ModelError.missingConfiguration`.
    private init(
        _ folder: FilePath, overrides: [String: JSONValue], search: CompanionSearch = CompanionSearch(),
        families: [any Model.Type], base: @escaping (Kind) -> any Model,
        make: @escaping (Int, ConfigurationReader, WeightScope) throws -> Kind
    ) throws {
        layout = CheckpointLayout(of: folder)
        let name = layout.configurationFileName
        let read = try Self.naming(name, in: folder) {
            try Checkpoint.json(name, in: folder).map { try ConfigurationReader($0, overrides: overrides) }
        }
        let family = try read.map { configuration in
            try Self.naming(name, in: folder) { try ModelRegistry.index(of: configuration, among: families) }
        }
        let alone = try Checkpoint(folder: folder, weightsFileName: layout.weightsFileName)
        guard var configuration = read, let family else {
            throw ModelError.missingConfiguration(folder: folder.escaped)
        }
        let needed = try Self.naming(name, in: folder) { try families[family].companions(configuration) }
        companions = try CompanionFolders(needed, of: alone, search: search)
        configuration.companions = companions.configurations
        let generation = "generation_config.json"
        if families[family].readsGenerationConfiguration {
            configuration.generation = try Self.naming(generation, in: folder) {
                try Checkpoint.json(generation, in: folder).map { try ConfigurationReader($0) }
            }
        }
        checkpoint = companions.checkpoint
        self.configuration = configuration
        self.base = base
        self.make = { try make(family, $0, $1) }
    }

    /// The folder of the files on how images are made ready for the model, and the prefix of their names.
    package var imageFiles: (folder: FilePath, prefix: String) { companions.imageFiles }

    /// Files of companions that a packed checkpoint needs, by the names that they have in it.
    package var companionFiles: [(name: String, file: FilePath)] { companions.files }

    /// Loads the model and checks all its tensors.
    /// - Parameter weights: a scope of the checkpoint.
    /// - Returns: the model and the names of tensors that it has no use for.
    /// - Throws: `CheckpointError` for the configuration and the tensors, `TensorError.outOfMemory`.
    package func load(_ weights: WeightScope) throws -> (model: Kind, unusedTensors: [String]) {
        let model = try build(weights)
        try weights.validate()
        return (model, weights.report().unused)
    }

    /// The model without its weights, and how the checkpoint fits it.
    /// - Throws: `CheckpointError` for the configuration.
    package func inspect() throws -> (model: Kind, report: WeightReport) {
        let weights = checkpoint.weights(reading: false)
        return (try build(weights), weights.report())
    }

    /// What writes the checkpoint in panels.
    /// - Parameter packing: what the packed file will say of itself.
    /// - Returns: the packer, and the model without its weights.
    /// - Throws: `CheckpointError` for the configuration and the tensors.
    package func packer(packing: Packing) throws -> (packer: CheckpointPacker, model: Kind) {
        let weights = checkpoint.weights(reading: false, packing: packing)
        let model = try build(weights)
        try weights.validate()
        return (try CheckpointPacker(checkpoint, weights: weights, packing: packing), model)
    }

    /// Builds the model from a scope of this checkpoint.
    package func build(_ weights: WeightScope) throws -> Kind {
        try Self.naming(layout.configurationFileName, in: checkpoint.folder) { try make(configuration, weights) }
    }

    private static func overrides(decoderActivation: String?) -> [String: JSONValue] {
        decoderActivation.map { [ConfigurationReader.decoderActivationKey: .string($0)] } ?? [:]
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

extension ModelFolder where Kind == any CaptioningModel {
    /// - Parameter decoderActivation: the activation of the decoder, by transformers' name, whatever the folder says; nil to go by
    ///   it.
    /// - Throws: as of every folder.
    package init(
        _ folder: FilePath, search: CompanionSearch = CompanionSearch(), decoderActivation: String? = nil
    ) throws {
        let families = ModelRegistry.captioning
        try self.init(
            folder, overrides: Self.overrides(decoderActivation: decoderActivation), search: search, families: families,
            base: { $0 }
        ) {
            try families[$0].init($1, weights: $2)
        }
    }
}

extension ModelFolder where Kind == any EmbeddingModel {
    /// Whether a folder's configuration is that of such a model. Its weights may be missing, which loading it reports.
    package static func claims(_ folder: FilePath) -> Bool {
        let name = CheckpointLayout(of: folder).configurationFileName
        let family = try? Checkpoint.json(name, in: folder).map {
            try ModelRegistry.index(of: ConfigurationReader($0), among: ModelRegistry.embedding)
        }
        return family != nil
    }

    /// - Parameter usesQuickGELU: the activation of the towers, quick_gelu or gelu, whatever the folder says; nil to go by it.
    /// - Throws: as of every folder.
    package init(_ folder: FilePath, usesQuickGELU: Bool? = nil) throws {
        // The keys of Hugging Face and of open_clip.
        let overrides: [String: JSONValue] =
            usesQuickGELU.map { ["hidden_act": .string($0 ? "quick_gelu" : "gelu"), "quick_gelu": .bool($0)] } ?? [:]
        let families = ModelRegistry.embedding
        try self.init(folder, overrides: overrides, families: families, base: { $0 }) {
            try families[$0].init($1, weights: $2)
        }
    }
}

extension ModelFolder where Kind == any Model {
    /// - Parameter decoderActivation: the activation of the decoder, by transformers' name, whatever the folder says; nil to go by
    ///   it.
    /// - Throws: as of every folder.
    package init(
        _ folder: FilePath, search: CompanionSearch = CompanionSearch(), decoderActivation: String? = nil
    ) throws {
        let families = ModelRegistry.all
        try self.init(
            folder, overrides: Self.overrides(decoderActivation: decoderActivation), search: search, families: families,
            base: { $0 }
        ) {
            try families[$0].init($1, weights: $2)
        }
    }
}
