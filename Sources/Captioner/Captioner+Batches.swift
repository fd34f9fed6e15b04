extension Captioner {
    /// Captions images as `captions(for:)` does, in smaller batches than the options say: several sizes can be
    /// compared with one copy of the weights.
    /// - Parameter batchSize: from 1 to the options' `batchSize`.
    package func captions<Images: Sequence>(
        for images: Images, batchSize: Int, options: GenerationOptions, timings: TimingsRecorder? = nil
    ) -> some AsyncSequence<CaptionOutcome, any Error> where Images.Element: CaptionRequestConvertible {
        CaptionSequence(
            captioner: self, base: UnhurriedSequence(base: images), prefetches: true, options: options,
            timings: timings, batchSize: min(max(batchSize, 1), self.options.batchSize))
    }
}
