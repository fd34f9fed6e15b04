import CaptionerCheckpoints
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
import SystemPackage

/// The parts of a model in a checkpoint folder, loaded and checked against each other.
struct ModelFiles<Kind: Sendable>: Sendable {
    let model: Kind
    let unusedTensors: [String]
    /// What the weights take in memory, mapped or not.
    let weightBytes: Int
    /// The precision of linear layers that no exception names.
    let precision: Precision
    let tokenizer: Tokenizer
    let imageProcessor: ImageProcessor

    /// - Parameter options: for a packed checkpoint, automatic precision or that of the checkpoint.
    /// - Parameter progress: receives after each tensor the fraction of the bytes that has been loaded.
    init(
        _ source: ModelFolder<Kind>, options: Captioner.Options, kernels: MatrixKernelSet,
        progress: @escaping @Sendable (Double) -> Void
    ) throws {
        let checkpoint = source.checkpoint
        let plan: PrecisionPlan
        if let packing = checkpoint.packing {
            plan = packing.plan
            try Self.check(options, fit: packing, kernels)
        } else {
            plan = options.plan(for: kernels)
        }
        let weights = checkpoint.weights(precisions: plan, progress: progress)
        (model, unusedTensors) = try source.load(weights)
        weightBytes = weights.memoryByteCount
        precision = plan.precision
        (tokenizer, imageProcessor) = try source.others(
            for: model, splitsImages: options.splitsImages, transparency: options.transparency?.rule)
    }

    /// Opens and loads a folder, which takes seconds, as a task of its own.
    ///
    /// - Parameters:
    ///   - folder: for messages.
    ///   - progress: receives repeatedly the fraction that is done.
    ///   - open: opens it.
    ///   - check: verifies further that the parts fit together.
    /// - Throws: `CaptionerError.invalidOption`, `.unusableModel`; `CancellationError` when the task was cancelled.
    static func loaded(
        from folder: FilePath, options: Captioner.Options, kernels: MatrixKernelSet,
        progress: @escaping @Sendable (Double) -> Void,
        open: @escaping @Sendable () throws -> ModelFolder<Kind>,
        check: @escaping @Sendable (ModelFiles) throws -> Void = { _ in }
    ) async throws -> ModelFiles {
        do {
            let task = Task.detached(priority: .userInitiated) {
                // The rest is for what comes after the weights, so that 1 is reported once, at the end.
                let weights: @Sendable (Double) -> Void = { progress(0.98 * $0) }
                let files = try ModelFiles(open(), options: options, kernels: kernels, progress: weights)
                try check(files)
                try Task.checkCancellation()
                progress(1)
                return files
            }
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch let error as CancellationError {
            throw error
        } catch CheckpointError.unknownLayer(let part, let layers) {
            throw CaptionerError.invalidOption(
                "\(CheckpointError.unknownLayer(part: part, layers: layers))", option: "layerPrecisions")
        } catch {
            throw CaptionerError.unusableModel(folder: folder.escaped, cause: "\(error)")
        }
    }

    /// A packed checkpoint runs in its own precisions only. Options that name just these are accepted.
    private static func check(
        _ options: Captioner.Options, fit packing: Packing, _ kernels: MatrixKernelSet
    ) throws(UnfitFile) {
        let packed = Captioner.Precision(packing.plan.precision)
        let asked = options.plan(for: kernels)
        guard options.precision == .automatic || options.precision == packed,
            asked.exceptions.isEmpty || asked.exceptions == packing.plan.exceptions
        else {
            let exceptions = packing.plan.exceptions.map { ", \($0.part) in \($0.precision.rawValue)" }.joined()
            let source = packing.source.isEmpty ? "" : ", \(packing.source),"
            throw UnfitFile(
                description: "it is packed in \(packed.rawValue)\(exceptions), and can be had in nothing else; use the "
                    + "original checkpoint\(source) or pack that again")
        }
    }
}

extension ModelFolder {
    /// The files that are read, apart from weights.
    var fileNames: [String] {
        [
            layout.configurationFileName, "generation_config.json", "preprocessor_config.json",
            "processor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt",
        ]
    }

    /// The parts of a model in a folder other than its weights.
    func others(
        for model: Kind, splitsImages: Bool? = nil, transparency: TransparencyRule? = nil
    ) throws -> (tokenizer: Tokenizer, imageProcessor: ImageProcessor) {
        let folder = checkpoint.folder
        // Hundreds of thousands of tokens take half a second.
        return (
            try abandonable { try Tokenizer(folder: folder) },
            try imageProcessor(for: model, splitsImages: splitsImages, transparency: transparency)
        )
    }
}

extension ModelFolder where Kind == any CaptioningModel {
    /// - Throws: as of every folder.
    init(_ folder: FilePath, towers: Captioner.Towers) throws {
        try self.init(folder, search: towers.search, decoderActivation: towers.decoderActivation?.rawValue)
    }
}

extension ModelFolder where Kind == any Model {
    /// - Throws: as of every folder.
    init(_ folder: FilePath, towers: Captioner.Towers) throws {
        try self.init(folder, search: towers.search, decoderActivation: towers.decoderActivation?.rawValue)
    }
}

extension Captioner.Options {
    /// - Throws: `CaptionerError.invalidOption` for kernels that do not exist or cannot run here.
    func chosenKernels() throws(CaptionerError) -> MatrixKernelSet {
        do {
            return try .chosen(name: kernels)
        } catch {
            throw .invalidOption("\(error)", option: "kernels")
        }
    }
}

/// A file whose content does not fit the others. Shown as the cause of a `CaptionerError.unusableModel`.
struct UnfitFile: Error, CustomStringConvertible {
    let description: String
}
