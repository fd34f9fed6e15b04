extension Captioner {
    /// Captions a sequence of images, in order, batched as `options.batchSize` of the captioner says.
    ///
    /// ```swift
    /// for try await outcome in captioner.captions(for: urls) {
    ///     print(outcome.index, try outcome.result.get().text)
    /// }
    /// ```
    ///
    /// Elements are URLs of files, `Data` of files, decoded images, or requests with prompts of their own; prompts of any
    /// length share a batch. While the model runs, the images of the next batch are read and prepared: of a sequence that
    /// makes its elements as they are asked for, two batches may be in memory. A sequence that has to wait for its elements
    /// should be an `AsyncSequence`, which is not asked for more than the batch at hand.
    ///
    /// - Parameters:
    ///   - images: taken a batch at a time, no faster than their captions are asked for.
    ///   - options: for all images alike.
    ///   - timings: where to add up how long the stages take.
    /// - Returns: an outcome for each image, good or bad. The sequence throws `CaptionerError` with the code `invalidOption`,
    ///   and `CancellationError` when the task was cancelled.
    public func captions<Images: Sequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Images.Element: CaptionRequestConvertible {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: images), prefetches: true, options: options,
            timings: timings)
    }

    /// Captions images as they come, in order, batched as `options.batchSize` of the captioner says.
    ///
    /// - Parameters:
    ///   - images: taken a batch at a time, no faster than their captions are asked for.
    ///   - options: for all images alike.
    ///   - timings: where to add up how long the stages take.
    /// - Returns: as of a `Sequence`. What `images` throws comes after the outcomes of the images before it.
    public func captions<Images: AsyncSequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Images.Element: CaptionRequestConvertible {
        CaptionSequence(captioner: self, base: images, prefetches: false, options: options, timings: timings)
    }

    /// Captions the images of an array literal, such as `[.file(first), .data(second)]`; else as for any sequence.
    public func captions(
        for images: [ImageSource], options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: images), prefetches: true, options: options,
            timings: timings)
    }

    /// Captions images of a sequence that is asked for the next batch while the model runs, although it may have to wait
    /// for it.
    package func prefetchedCaptions<Requests: AsyncSequence>(
        for requests: Requests, options: GenerationOptions, timings: TimingsRecorder?
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Requests.Element == CaptionRequest {
        CaptionSequence(captioner: self, base: requests, prefetches: true, options: options, timings: timings)
    }
}
