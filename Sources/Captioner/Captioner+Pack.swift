import CaptionerCheckpoints
import CaptionerFiles
import CaptionerModels
import CaptionerTensorCore
public import Foundation
package import SystemPackage

extension Captioner {
    /// What packing did.
    public struct PackResult: Sendable {
        /// The tensors' bytes before and the weight file's after.
        public let sourceBytes: Int
        public let packedBytes: Int
    }

    /// Rounds and packs a checkpoint once, so that loading it is mapping a file.
    ///
    /// The folder is a checkpoint like any other for ``init(model:options:)``. Captions are, bit for bit, those of the
    /// original checkpoint at the same precision.
    /// - Parameters:
    ///   - model: a checkpoint folder in Hugging Face layout.
    ///   - folder: where to; a folder that is not there yet, or empty.
    ///   - precision: bfloat16 or int8.
    ///   - layerPrecisions: layers that get another precision.
    ///   - towers: where the towers of a model are that is spread over several folders. The new folder needs none of them.
    ///   - progress: told now and then which share is done.
    /// - Throws: `CaptionerError.unusableModel`, `.unusableOutput`, `.invalidOption`; `CancellationError` when the task was
    ///   cancelled. Nothing is left behind then.
    public static func pack(
        model: URL, to folder: URL, precision: CaptionerOptions.Precision,
        layerPrecisions: [CaptionerOptions.LayerPrecision] = [],
        towers: CaptionerOptions.Towers = CaptionerOptions.Towers(), progress: (Double) -> Void = { _ in }
    ) throws -> PackResult {
        try pack(
            model: FilePath(model), to: FilePath(folder), precision: precision, layerPrecisions: layerPrecisions,
            towers: towers, progress: progress)
    }

    /// The same with folders whose paths may be any bytes.
    package static func pack(
        model: FilePath, to folder: FilePath, precision: CaptionerOptions.Precision,
        layerPrecisions: [CaptionerOptions.LayerPrecision] = [],
        towers: CaptionerOptions.Towers = CaptionerOptions.Towers(), progress: (Double) -> Void = { _ in }
    ) throws -> PackResult {
        guard precision == .bfloat16 || precision == .int8 else {
            throw CaptionerError.invalidOption("precision is \(precision.rawValue), and packed is bf16 or int8")
        }
        let options = CaptionerOptions(precision: precision, layerPrecisions: layerPrecisions)
        try options.validate()
        if let odd = layerPrecisions.first(where: { $0.part.contains(",") || $0.part.contains("=") }) {
            throw CaptionerError.invalidOption(
                "layerPrecisions has \"\(odd.part)\", which is no part of a layer's name")
        }
        do {
            let source = try ModelFolder<any Model>(model, towers: towers)
            let packing = Packing(
                plan: options.plan(for: .portable),
                source: model.absolute.lastComponent.map { FilePath(root: nil, [$0]).escaped } ?? "",
                maker: "captioner \(version)")
            let (packer, family) = try source.packer(packing: packing)
            // What cannot be captioned with is not worth packing.
            _ = try source.others(for: family)
            let result = try packer.write(
                to: folder, copying: source.fileNames, adding: source.companionFiles,
                progress: progress)
            return PackResult(sourceBytes: result.sourceBytes, packedBytes: result.packedBytes)
        } catch CheckpointError.unwritable(let file, let cause) {
            throw CaptionerError.unusableOutput(file: file, cause: cause)
        } catch CheckpointError.unknownLayer(let part, let layers) {
            throw CaptionerError.invalidOption("\(CheckpointError.unknownLayer(part: part, layers: layers))")
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            throw CaptionerError.unusableModel(folder: model.escaped, cause: "\(error)")
        }
    }
}
