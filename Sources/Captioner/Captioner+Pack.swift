import CaptionerCheckpoints
import CaptionerFiles
import CaptionerModels
import CaptionerTensorCore
public import Foundation
package import SystemPackage

extension Captioner {
    /// The sizes of a checkpoint before and after packing.
    public struct PackResult: Sendable, Hashable {
        /// Bytes of the tensors of the original checkpoint.
        public let sourceBytes: Int
        /// Bytes of the packed weight file.
        public let packedBytes: Int
    }

    /// Quantizes a checkpoint once, into a new folder whose weights are mapped into memory when it is loaded.
    ///
    /// ```swift
    /// _ = try await Captioner.pack(modelFolder: model, to: packed, precision: .int8) { print($0) }
    /// ```
    /// ``init(modelFolder:options:progress:)`` loads the new folder like any checkpoint. Captions are, bit for bit, those of
    /// the original checkpoint in the same precision.
    /// - Parameters:
    ///   - modelFolder: a checkpoint folder in Hugging Face layout.
    ///   - folder: the new folder, which must not exist yet or be empty.
    ///   - precision: bfloat16 or int8.
    ///   - layerPrecisions: layers that get another precision.
    ///   - towers: for a model that is spread over several folders, where its towers are. The new folder contains them.
    ///   - progress: called repeatedly with the fraction that is done, from 0 to 1, on any thread.
    /// - Throws: `CaptionerError` with the code `unusableModel`, `unusableOutput` or `invalidOption`; `CancellationError`
    ///   when the task was cancelled. No files are left then.
    public static func pack(
        modelFolder: URL, to folder: URL, precision: Precision, layerPrecisions: [LayerPrecision] = [],
        towers: Towers = Towers(), progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> PackResult {
        let (model, folder) = (FilePath(modelFolder), FilePath(folder))
        let task = Task.detached(priority: .userInitiated) {
            try packNow(
                model: model, to: folder, precision: precision, layerPrecisions: layerPrecisions, towers: towers,
                progress: progress)
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Packs on this thread, with folders whose paths may be any bytes.
    package static func packNow(
        model: FilePath, to folder: FilePath, precision: Captioner.Precision,
        layerPrecisions: [Captioner.LayerPrecision] = [],
        towers: Captioner.Towers = Captioner.Towers(), progress: (Double) -> Void = { _ in }
    ) throws -> PackResult {
        guard precision == .bfloat16 || precision == .int8 else {
            throw CaptionerError.invalidOption(
                "precision is \(precision.rawValue), and packed is bf16 or int8", option: "precision")
        }
        let options = Captioner.Options(precision: precision, layerPrecisions: layerPrecisions)
        try options.validate()
        if let odd = layerPrecisions.first(where: { $0.part.contains(",") || $0.part.contains("=") }) {
            throw CaptionerError.invalidOption(
                "layerPrecisions has \"\(odd.part)\", which is no part of a layer's name", option: "layerPrecisions")
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
            throw CaptionerError.invalidOption(
                "\(CheckpointError.unknownLayer(part: part, layers: layers))", option: "layerPrecisions")
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            throw CaptionerError.unusableModel(folder: model.escaped, cause: "\(error)")
        }
    }
}
