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
        if !request.furtherImages.isEmpty { return try prepareSeveral(request, prompt: prompt) }
        let image: ProcessedImage
        do throws(ImageError) {
            if let processed = request.processed {
                image = processed
            } else {
                image = processed(try source.decoded(by: decoder))
            }
        } catch {
            throw CaptionFailure(error, path: source.path)
        }
        let grids = image.grid.map { [$0] } ?? []
        return PreparedImage(
            pixelValues: image.pixelValues, grids: grids,
            prompt: try tiledPrompt(prompt, grids, of: request), path: source.path, note: image.note)
    }

    /// Several images about which there is one prompt. No more tiles are in memory than the model has positions for.
    private func prepareSeveral(_ request: CaptionRequest, prompt: [Int]) throws(CaptionFailure) -> PreparedImage {
        let (path, sources) = (request.image.path, [request.image] + request.furtherImages)
        guard engine.prompt.tiles != nil else {
            throw CaptionFailure(
                stage: .prompt, message: "there are \(sources.count) images, and this model takes one", path: path)
        }
        var (grids, pixels, notes, tiled) = ([TileGrid](), [Float](), [String](), prompt)
        for (index, source) in sources.enumerated() {
            // An image from memory has no name but its number.
            let number = source.path == nil ? "image \(index + 1) of \(sources.count): " : ""
            let image: RGBImage
            do throws(ImageError) {
                image = try source.decoded(by: decoder)
            } catch {
                let failure = CaptionFailure(error, path: source.path)
                throw CaptionFailure(stage: failure.stage, message: number + failure.message, path: failure.path)
            }
            if let note = image.note { notes.append((source.path.map { "\($0): " } ?? number) + note) }
            processor.grid(of: image.size).map { grids.append($0) }
            tiled = try tiledPrompt(prompt, grids, of: request)
            pixels += processor(image)
        }
        return PreparedImage(
            pixelValues: pixels, grids: grids, prompt: tiled, path: path,
            note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    /// `prompt(_:tiled:)`, whose error becomes a failure of the request.
    func tiledPrompt(
        _ prompt: [Int], _ grids: [TileGrid], of request: CaptionRequest
    ) throws(CaptionFailure) -> [Int] {
        do {
            return try self.prompt(prompt, tiled: grids)
        } catch {
            throw CaptionFailure(stage: .prompt, message: "\(error)", path: request.image.path)
        }
    }

    /// An image as the model takes it.
    func processed(_ image: RGBImage) -> ProcessedImage {
        ProcessedImage(
            pixelValues: processor(image), grid: processor.grid(of: image.size), note: image.note)
    }

    /// A prompt with the tokens around the tiles of images, one image after the other, in place of the image.
    /// - Throws: `GenerationError` if the prompt does not fit the model any more.
    func prompt(_ prompt: [Int], tiled grids: [TileGrid]) throws -> [Int] {
        guard !grids.isEmpty, let template = engine.prompt.tiles,
            let place = prompt.firstIndex(of: PromptFormat.imageTokenID)
        else { return prompt }
        var prompt = prompt
        let pieces = grids.flatMap { template.pieces(rows: $0.rows, columns: $0.columns) }
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
