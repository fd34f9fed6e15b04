extension Captioner {
    /// Captions a sequence of images, in its order, in batches of ``Captioner/Options/batchSize`` images.
    ///
    /// ```swift
    /// for try await outcome in captioner.captions(for: urls) {
    ///     print(outcome.index, try outcome.result.get().text)
    /// }
    /// ```
    ///
    /// Elements are URLs of files, `Data` of files, decoded images, or requests with prompts of their own. Prompts of
    /// different length share a batch. While the model runs on a batch, the images of the next are read and prepared, so
    /// the images of at most two batches are in memory. A sequence that blocks until its next element is there should be
    /// an `AsyncSequence`, which is not prefetched from.
    ///
    /// - Parameters:
    ///   - images: taken a batch at a time, when their captions are awaited.
    ///   - options: how captions are generated, the same for all images.
    ///   - timings: receives how long each stage takes.
    /// - Returns: an outcome for each image, good or bad. The sequence throws `CaptionerError` with the code
    ///   `invalidOption`, and `CancellationError` when the task was cancelled.
    public func captions<Images: Sequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Images.Element: CaptionRequestConvertible {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: images), prefetches: true, options: options,
            timings: timings)
    }

    /// Captions images as they arrive, in their order, in batches of ``Captioner/Options/batchSize`` images.
    ///
    /// - Parameters:
    ///   - images: taken a batch at a time, when their captions are awaited.
    ///   - options: how captions are generated, the same for all images.
    ///   - timings: receives how long each stage takes.
    /// - Returns: an outcome for each image, good or bad. The sequence throws as that of a `Sequence` does. It also throws
    ///   what `images` throws, after the outcomes of the images before that.
    public func captions<Images: AsyncSequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Images.Element: CaptionRequestConvertible {
        CaptionSequence(captioner: self, base: images, prefetches: false, options: options, timings: timings)
    }

    /// Captions an array of ``ImageSource``, so that it can be written as a literal: `[.file(first), .data(second)]`.
    public func captions(
        for images: [ImageSource], options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: images), prefetches: true, options: options,
            timings: timings)
    }

    /// Captions an `AsyncSequence` of requests with prefetching, although outcomes that are ready may wait for the next
    /// requests.
    package func prefetchedCaptions<Requests: AsyncSequence>(
        for requests: Requests, options: GenerationOptions, timings: TimingsRecorder?
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Requests.Element == CaptionRequest {
        CaptionSequence(captioner: self, base: requests, prefetches: true, options: options, timings: timings)
    }
}
