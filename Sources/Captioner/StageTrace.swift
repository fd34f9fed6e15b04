import CaptionerCheckpoints
import CaptionerFiles
import CaptionerGeneration
import CaptionerImageProcessing
import CaptionerTensorCore
public import Foundation
package import SystemPackage

/// The activations of every stage of a model for one image, by the names of the implementation that defines the model.
///
/// ```swift
/// let trace = try await captioner.trace(.file(url))
/// try trace.write(to: folder.appending(path: "trace.safetensors"))
/// ```
public struct StageTrace: Sendable {
    /// `pixel_values` [3, S, S], `vision.last_hidden_state` [T, D], `qformer.last_hidden_state` [Q, D],
    /// `language_projection` [Q, D] and `logits` [N, V]: the row that chose each new token, after all processors; with
    /// beams, the model's own rows along the caption.
    let stages: [TracedStage]
    /// The caption, with its N new tokens.
    public let caption: Caption

    /// Writes all stages as float32 and `token_ids` as int64 to a safetensors file. The file appears whole or not at all.
    /// - Throws: an error that names the cause when the file cannot be written.
    public func write(to file: URL) throws { try write(to: FilePath(file)) }

    /// The same to a file whose path may be any bytes.
    package func write(to file: FilePath) throws {
        var tensors = stages.map {
            (name: $0.name, tensor: SafetensorsWriter.Tensor.float32(shape: $0.shape, values: $0.values))
        }
        let tokenIDs = caption.tokenIDs.map(Int64.init)
        tensors.append(("token_ids", .int64(shape: [tokenIDs.count], values: tokenIDs)))
        try SafetensorsWriter.write(tensors, metadata: ["caption": caption.text], to: file)
    }
}

extension Captioner {
    /// Captions one image, and keeps the activations of every stage.
    /// - Parameters:
    ///   - image: the image.
    ///   - options: for one caption.
    /// - Throws: `CaptionFailure` for a bad image; `CaptionerError` with the code `invalidOption`; `CancellationError` when
    ///   the task was cancelled.
    public func trace(_ image: ImageSource, options: Captioner.GenerationOptions = Captioner.GenerationOptions())
        async throws -> StageTrace
    {
        let plan = try plan(options)
        guard options.numReturnSequences == 1 else {
            throw CaptionerError.invalidOption(
                "numReturnSequences is \(options.numReturnSequences), expected 1: a trace follows one caption")
        }
        return try await withPrepared(image.captionRequest, prompt: plan.prompt) { prepared in
            let recorder = StageRecorder()
            let (sequences, _) = try await engine.generate([prepared], plan: plan, observing: .stages) { event in
                if case .stage(let stage) = event { recorder.add(stage) }
            }
            let caption = self.caption(sequences[0][0], for: prepared, options: options)
            if options.numBeams > 1 {
                // Beams go back and forth, so the rows along the caption are computed once more.
                recorder.add(try await engine.logits(prepared, text: caption.tokenIDs))
            }
            let size = processor.configuration.size
            let tiles = prepared.grids.isEmpty ? [] : [prepared.grids.map(\.count).reduce(0, +)]
            let pixelValues = TracedStage(
                engine.pixelsName, shape: tiles + [3, size.height, size.width], values: prepared.pixelValues)
            return StageTrace(stages: [pixelValues] + recorder.stages, caption: caption)
        }
    }
}

/// Collects what the engine reports. Rows of one name follow each other and become one tensor.
private final class StageRecorder: Sendable {
    private let recorded = Locked<[TracedStage]>([])

    func add(_ stage: TracedStage) {
        recorded.withLock { recorded in
            guard let last = recorded.last, last.name == stage.name else { return recorded.append(stage) }
            recorded[recorded.count - 1].values += stage.values
        }
    }

    var stages: [TracedStage] {
        recorded.withLock { $0 }.map { stage in
            guard stage.shape.count == 1, let width = stage.shape.first, width > 0 else { return stage }
            return TracedStage(stage.name, shape: [stage.values.count / width, width], values: stage.values)
        }
    }
}
