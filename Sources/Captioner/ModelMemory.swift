import CaptionerCheckpoints
import CaptionerFiles
import CaptionerModels
import CaptionerTensorCore
package import SystemPackage

/// What the weights of a model take in memory, found out without reading them.
package struct ModelMemory: Sendable {
    /// Bytes in each precision that the model can be had in: of a packed model its own.
    package let weightBytes: [(precision: Captioner.Precision, bytes: Int)]

    /// What the weights take as a captioner with these options has them.
    /// - Throws: `CaptionerError.unusableModel`, `.invalidOption`.
    package static func ofCaptioner(
        model folder: FilePath, options: Captioner.Options
    ) throws(CaptionerError) -> (precision: Captioner.Precision, bytes: Int) {
        let kernels = try options.chosenKernels()
        do {
            let source = try ModelFolder<any Model>(folder, towers: options.towers)
            let plan = source.checkpoint.packing?.plan ?? options.plan(for: kernels)
            return (Captioner.Precision(plan.precision), try bytes(source, plan))
        } catch {
            throw .unusableModel(folder: folder.escaped, cause: "\(error)")
        }
    }

    private static func bytes(_ source: ModelFolder<any Model>, _ plan: PrecisionPlan) throws -> Int {
        let scope = source.checkpoint.weights(reading: false, precisions: plan)
        _ = try source.build(scope)
        return scope.memoryByteCount
    }

    /// - Throws: `CaptionerError.unusableModel`.
    package init(
        model folder: FilePath, towers: Captioner.Towers = Captioner.Towers()
    ) throws(CaptionerError) {
        do {
            let source = try ModelFolder<any Model>(folder, towers: towers)
            let precisions = source.checkpoint.packing.map { [$0.plan.precision] } ?? [.float32, .bfloat16, .int8]
            weightBytes = try precisions.map { precision in
                (Captioner.Precision(precision), try Self.bytes(source, PrecisionPlan(precision)))
            }
        } catch {
            throw .unusableModel(folder: folder.escaped, cause: "\(error)")
        }
    }
}
