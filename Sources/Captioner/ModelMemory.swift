import CaptionerCheckpoints
import CaptionerFiles
import CaptionerModels
import CaptionerTensorCore
package import SystemPackage

/// What the weights of a model take in memory, found out without reading them.
package struct ModelMemory: Sendable {
    /// Bytes in each precision that the model can be had in: of a packed model its own.
    package let weightBytes: [(precision: Captioner.Precision, bytes: Int)]

    /// What a captioner with these options takes.
    /// - Throws: `CaptionerError.unusableModel`, `.invalidOption`.
    package static func ofCaptioner(
        model folder: FilePath, options: Captioner.Options, generationOptions: Captioner.GenerationOptions
    ) throws -> (precision: Captioner.Precision, estimate: MemoryEstimate) {
        try options.validate()
        try generationOptions.validate()
        let kernels = try options.chosenKernels()
        do {
            let source = try ModelFolder<any CaptioningModel>(folder, towers: options.towers)
            let plan = source.checkpoint.packing?.plan ?? options.plan(for: kernels)
            let (model, bytes) = try built(source, plan)
            let batchBytes = model.batchBytes(batchSize: options.batchSize, options: generationOptions)
            return (Captioner.Precision(plan.precision), MemoryEstimate(weightBytes: bytes, batchBytes: batchBytes))
        } catch {
            throw CaptionerError.unusableModel(folder: folder.escaped, cause: "\(error)")
        }
    }

    /// A model without its weights, and how many bytes they take.
    private static func built<Kind>(
        _ source: ModelFolder<Kind>, _ plan: PrecisionPlan
    ) throws -> (model: Kind, weightBytes: Int) {
        let scope = source.checkpoint.weights(reading: false, precisions: plan)
        return (try source.build(scope), scope.memoryByteCount)
    }

    /// - Throws: `CaptionerError.unusableModel`.
    package init(
        model folder: FilePath, towers: Captioner.Towers = Captioner.Towers()
    ) throws(CaptionerError) {
        do {
            let source = try ModelFolder<any Model>(folder, towers: towers)
            let precisions = source.checkpoint.packing.map { [$0.plan.precision] } ?? [.float32, .bfloat16, .int8]
            weightBytes = try precisions.map { precision in
                (Captioner.Precision(precision), try Self.built(source, PrecisionPlan(precision)).weightBytes)
            }
        } catch {
            throw .unusableModel(folder: folder.escaped, cause: "\(error)")
        }
    }
}
