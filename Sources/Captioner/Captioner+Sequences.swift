extension Captioner {
    /// Captions images as they come, in order, batched as `options.batchSize` of the captioner says.
    ///
    /// - Parameters:
    ///   - images: taken a batch at a time, no faster than their captions are asked for.
    ///   - options: for all images alike.
    ///   - timings: where to add up how long the stages take.
    public func captions<Images: AsyncSequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<Images> where Images.Element == ImageSource {
        CaptionSequence(captioner: self, base: images, looksAhead: false, options: options, timings: timings)
    }

    /// Captions a sequence of images, in order, batched as `options.batchSize` of the captioner says.
    ///
    /// While the model runs, the pictures of the next batch are read and prepared: of a sequence that makes its images as
    /// they are asked for, two batches may be in memory. A sequence that has to wait for its elements should be an
    /// `AsyncSequence`, which is not asked for more than the batch at hand.
    public func captions<Images: Sequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<UnhurriedSequence<Images>> where Images.Element == ImageSource {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: images), looksAhead: true, options: options,
            timings: timings)
    }

    /// Captions images of a sequence that is asked for the next batch while the model runs, although it may have to wait
    /// for it.
    package func captionsLookingAhead<Requests: AsyncSequence>(
        for requests: Requests, options: GenerationOptions, timings: TimingsRecorder?
    ) -> CaptionSequence<Requests> where Requests.Element == CaptionRequest {
        CaptionSequence(captioner: self, base: requests, looksAhead: true, options: options, timings: timings)
    }

    /// Captions images with prompts of their own as they come. Prompts of any length share a batch.
    public func captions<Requests: AsyncSequence>(
        for requests: Requests, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<Requests> where Requests.Element == CaptionRequest {
        CaptionSequence(captioner: self, base: requests, looksAhead: false, options: options, timings: timings)
    }

    /// Captions a sequence of images with prompts of their own. Prompts of any length share a batch. The pictures of the
    /// next batch are prepared while the model runs.
    public func captions<Requests: Sequence>(
        for requests: Requests, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<UnhurriedSequence<Requests>> where Requests.Element == CaptionRequest {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: requests), looksAhead: true, options: options,
            timings: timings)
    }
}
