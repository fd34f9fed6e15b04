/// The captions of a sequence of images, in its order.
///
/// When an outcome is awaited and none is left, the next images, as many as the captioner's batch size, are captioned
/// together. The model never runs on a batch that is not awaited. Images of a `Sequence` are prefetched, since its
/// elements are there at once: while the model runs, those of the next batch, and of no other, are taken and prepared.
/// From an `AsyncSequence` no image is taken before the outcomes of the batch before it have been returned.
///
/// When the task is cancelled, work stops within a layer of the model, or after the images that are being decoded,
/// before the error is thrown. When the iterator is dropped, prefetching stops likewise.
struct CaptionSequence<Base: AsyncSequence>: AsyncSequence where Base.Element: CaptionRequestConvertible {
    typealias Element = CaptionOutcome

    let captioner: Captioner
    let base: Base
    /// Whether images are taken from the base sequence while the model runs. If they take long to arrive, outcomes that
    /// are ready wait for them.
    let prefetches: Bool
    let options: Captioner.GenerationOptions
    let timings: TimingsRecorder?
    /// A smaller batch size than that of the captioner's options.
    var batchSize: Int?

    func makeAsyncIterator() -> Iterator {
        Iterator(sequence: self, base: base.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        private let sequence: CaptionSequence
        private var base: Base.AsyncIterator
        private var ready: ArraySlice<CaptionOutcome> = []
        private var indices = 0..<0
        /// The batch after `ready`, where its images are prepared already.
        private var prefetched: PrefetchedBatch?
        /// How the base sequence continues after what was taken from it.
        private var end = End.open

        private enum End {
            case open
            case failed(any Error)
            case finished
        }

        init(sequence: CaptionSequence, base: Base.AsyncIterator) {
            self.sequence = sequence
            self.base = base
        }

        /// The next outcome, or nil after the last and after anything was thrown.
        /// - Throws: `CaptionerError.invalidOption`, what the base sequence throws after the outcomes of the images
        ///   before it, and `CancellationError` when the task was cancelled.
        mutating func next() async throws -> CaptionOutcome? { try await next(isolation: nil) }

        /// The next outcome. Images are taken from the base sequence on the caller's actor, since closures of the sequence
        /// may be isolated to it.
        mutating func next(isolation actor: isolated (any Actor)?) async throws -> CaptionOutcome? {
            if ready.isEmpty {
                do {
                    try await captionNextBatch(isolation: actor)
                } catch {
                    end = .finished
                    // Nothing runs on after a sequence that has ended.
                    await prefetched?.stop()
                    prefetched = nil
                    throw error
                }
            }
            return ready.popFirst()
        }

        private mutating func captionNextBatch(isolation actor: isolated (any Actor)?) async throws {
            if prefetched == nil, case .finished = end { return }
            let (captioner, timings) = (sequence.captioner, sequence.timings)
            let plan = try captioner.plan(sequence.options)
            let requests: [CaptionRequest]
            let images: [Result<PreparedImage, CaptionFailure>]
            if let batch = prefetched {
                requests = batch.requests
                images = try await captioner.waiting(timings) { try await batch.results() }
                prefetched = nil
            } else {
                requests = await takeBatch(isolation: actor)
                if requests.isEmpty, case .failed(let error) = end { throw error }
                // A base sequence may end early because the task was cancelled, which is not reported as its end.
                try Task.checkCancellation()
                if requests.isEmpty { return }
                images = try await captioner.waiting(timings) {
                    try await captioner.prepare(requests, prompt: plan.prompt, timings: timings)
                }
            }
            async let captions = captioner.caption(images, plan: plan, timings: timings)
            if sequence.prefetches {
                let following = await takeBatch(isolation: actor)
                if !following.isEmpty {
                    prefetched = PrefetchedBatch(following, by: captioner, prompt: plan.prompt, timings: timings)
                }
            }
            let results = try await captions
            // The same is true of what was prefetched.
            try Task.checkCancellation()
            indices = indices.upperBound..<indices.upperBound + requests.count
            ready =
                zip(indices, zip(requests, results)).map { index, pair in
                    CaptionOutcome(index: index, source: pair.0.image, captions: pair.1)
                }[...]
        }

        /// Images of a batch, fewer if the base sequence ends or throws, which `end` then says.
        private mutating func takeBatch(isolation actor: isolated (any Actor)?) async -> [CaptionRequest] {
            var requests: [CaptionRequest] = []
            guard case .open = end else { return requests }
            do {
                while requests.count < sequence.batchSize ?? sequence.captioner.options.batchSize {
                    guard let image = try await base.next(isolation: actor) else {
                        end = .finished
                        break
                    }
                    requests.append(image.captionRequest)
                }
            } catch {
                end = .failed(error)
            }
            return requests
        }
    }
}

extension CaptionSequence: Sendable where Base: Sendable {}
