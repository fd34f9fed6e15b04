import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
import Foundation
import SystemPackage

extension Captioner {
    /// Waits for images, and counts the time as theirs.
    func waiting<Result: Sendable>(
        _ timings: TimingsRecorder?, for pictures: () async throws -> Result
    ) async rethrows -> Result {
        let start = ContinuousClock.now
        let result = try await pictures()
        var stages = StageTimings()
        stages.imageDecode = (ContinuousClock.now - start) / .seconds(1)
        timings?.add(stages)
        return result
    }

    /// Reads, decodes and processes images, as many at once as there are threads.
    /// - Parameters:
    ///   - prompt: the token ids that texts begin with where an image has no prompt of its own.
    ///   - timings: receives the time of each image.
    package func prepare(
        _ requests: [CaptionRequest], prompt: [Int], timings: TimingsRecorder? = nil
    ) async throws -> [Result<PreparedImage, CaptionFailure>] {
        try await concurrentMap(requests, atOnce: options.threadCount) { request in
            var stages = StageTimings()
            let result = measureSeconds(into: &stages.imageWork) {
                Result { () throws(CaptionFailure) in try self.prepare(request, prompt: prompt) }
            }
            stages.preparedImages = 1
            timings?.add(stages)
            return result
        }
    }

    private func prepare(
        _ request: CaptionRequest, prompt defaultPrompt: [Int]
    ) throws(CaptionFailure) -> PreparedImage {
        let source = request.image
        let prompt: [Int]
        do {
            prompt = try request.prompt.map(promptTokens) ?? defaultPrompt
        } catch {
            throw CaptionFailure(stage: .prompt, message: "\(error)", path: source.path)
        }
        let image: ProcessedImage
        let tiled: [Int]
        do throws(ImageError) {
            if let processed = request.processed {
                image = processed
            } else {
                image = processed(try source.decoded(by: decoder))
            }
        } catch {
            throw CaptionFailure(error, path: source.path)
        }
        do {
            tiled = try self.prompt(prompt, tiled: image.grid)
        } catch {
            throw CaptionFailure(stage: .prompt, message: "\(error)", path: source.path)
        }
        return PreparedImage(
            pixelValues: image.pixelValues, grid: image.grid, prompt: tiled, path: source.path, note: image.note)
    }

    /// An image as the model takes it.
    func processed(_ image: RGBImage) -> ProcessedImage {
        ProcessedImage(
            pixelValues: processor(image), grid: processor.grid(of: image.size), note: image.note)
    }

    /// A prompt with the tokens around an image's tiles in place of the image.
    /// - Throws: `GenerationError` if the prompt does not fit the model any more.
    func prompt(_ prompt: [Int], tiled grid: TileGrid?) throws -> [Int] {
        guard let grid, let template = engine.prompt.tiles,
            let place = prompt.firstIndex(of: PromptFormat.imageTokenID)
        else { return prompt }
        var prompt = prompt
        let pieces = template.pieces(rows: grid.rows, columns: grid.columns)
        prompt.replaceSubrange(
            place...place,
            with: pieces.flatMap { piece in
                switch piece {
                case .text(let text): tokenizer.encode(text, addingSpecialTokens: false)
                case .tile: [PromptFormat.imageTokenID]
                }
            })
        try engine.check(prompt: prompt)
        return prompt
    }
}

extension CaptionFailure {
    init(_ error: ImageError, path: String?) {
        let stage: Stage = if case .unreadable = error { .read } else { .decode }
        self.init(stage: stage, message: "\(error)", path: path)
    }
}
