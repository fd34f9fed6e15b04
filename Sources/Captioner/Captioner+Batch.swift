import Generation
import ImageProcessing
import Tokenization

extension Captioner {
    /// Captions images together. Each gets a result of its own; what is thrown concerns all of them.
    /// - Throws: `CaptionerError.invalidOption`, `CancellationError` when the task was cancelled.
    func captionBatch(
        _ images: [ImageSource], options: GenerationOptions, timings: TimingsRecorder? = nil
    ) async throws -> [Result<Caption, CaptionFailure>] {
        let prompt = try promptTokens(options)
        var stages = StageTimings()
        let start = ContinuousClock.now
        let prepared = try await prepare(images)
        stages.imageDecode = (ContinuousClock.now - start) / .seconds(1)
        timings?.add(stages)

        let usable = prepared.compactMap { try? $0.get() }
        var captions = try await generate(usable, prompt: prompt, options: options, timings: timings)[...]
        // One caption for each image that could be prepared, in the same order.
        return prepared.map { image in image.flatMap { _ in captions.removeFirst() } }
    }

    /// Checks options against the model, before any image is touched.
    /// - Throws: `CaptionerError.invalidOption`, also for a prompt that does not fit the model.
    public func check(_ options: GenerationOptions) throws {
        try options.validate()
        _ = try promptTokens(options)
    }

    /// The token ids that a text begins with. Without a prompt that is the begin token of `config.json` alone, as in
    /// transformers; with one it is what the tokenizer makes of it, begin token included.
    /// - Throws: `CaptionerError.invalidOption` if the prompt does not fit the model.
    package func promptTokens(_ options: GenerationOptions) throws -> [Int] {
        let tokens = options.prompt.map { tokenizer.encode($0) } ?? [beginTokenID]
        do {
            try engine.check(prompt: tokens)
        } catch {
            throw CaptionerError.invalidOption("\(error)")
        }
        return tokens
    }

    /// A picture ready for the model.
    package struct PreparedImage: Sendable {
        package let pixelValues: [Float]  // [3, S, S]
        let path: String?
        let note: String?
    }

    /// Reads, decodes and processes images, as many at once as there are threads.
    package func prepare(_ images: [ImageSource]) async throws -> [Result<PreparedImage, CaptionFailure>] {
        var results = [Result<PreparedImage, CaptionFailure>?](repeating: nil, count: images.count)
        try await withThrowingTaskGroup(of: (Int, Result<PreparedImage, CaptionFailure>).self) { group in
            var next = 0
            func addTask() {
                guard next < images.count else { return }
                let (index, image) = (next, images[next])
                group.addTask { (index, Result { () throws(CaptionFailure) in try self.prepare(image) }) }
                next += 1
            }
            for _ in 0..<self.options.threadCount { addTask() }
            while let (index, result) = try await group.next() {
                results[index] = result
                try Task.checkCancellation()
                addTask()
            }
        }
        return results.compactMap { $0 }
    }

    private func prepare(_ source: ImageSource) throws(CaptionFailure) -> PreparedImage {
        do {
            let image =
                switch source {
                case .file(let url): try decoder.decode(contentsOf: url)
                case .data(let data): try decoder.decode(data)
                case .pixels(let image): image
                }
            return PreparedImage(pixelValues: processor(image), path: source.path, note: image.note)
        } catch {
            let stage: CaptionFailure.Stage = if case .unreadable = error { .read } else { .decode }
            throw CaptionFailure(stage: stage, message: "\(error)", path: source.path)
        }
    }

    /// Runs the model. When a batch fails, its images are tried one by one, so that only the one at fault is without a
    /// caption.
    private func generate(
        _ images: [PreparedImage], prompt: [Int], options: GenerationOptions, timings: TimingsRecorder?
    ) async throws -> [Result<Caption, CaptionFailure>] {
        guard !images.isEmpty else { return [] }
        do {
            let (sequences, stages) = try await engine.generate(
                pixelValues: images.map(\.pixelValues), prompt: prompt, options: options)
            timings?.add(stages)
            return zip(sequences, images).map { .success(caption($0, note: $1.note)) }
        } catch let error as CancellationError {
            throw error
        } catch  where images.count > 1 {
            var results: [Result<Caption, CaptionFailure>] = []
            for image in images {
                results += try await generate([image], prompt: prompt, options: options, timings: timings)
            }
            return results
        } catch {
            return [.failure(CaptionFailure(stage: .caption, message: "\(error)", path: images[0].path))]
        }
    }

    func caption(_ sequence: GeneratedSequence, note: String?) -> Caption {
        let text = tokenizer.decode(sequence.tokenIDs).strippingWhitespace()
        return Caption(
            text: text, tokenIDs: sequence.tokenIDs, score: sequence.logProbability,
            isComplete: sequence.finishReason == .endToken, note: note)
    }
}
