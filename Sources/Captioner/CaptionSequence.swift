/// The captions of a sequence of images, in its order.
///
/// Nothing is computed ahead of what is asked for but the rest of a batch: when an outcome is awaited and none is left,
/// the next images are taken from the base sequence, as many as the captioner's batch size, and captioned together.
public struct CaptionSequence<Base: AsyncSequence>: AsyncSequence where Base.Element: CaptionRequestConvertible {
    public typealias Element = CaptionOutcome

    let captioner: Captioner
    let base: Base
    let options: GenerationOptions
    let timings: TimingsRecorder?

    public func makeAsyncIterator() -> Iterator {
        Iterator(sequence: self, base: base.makeAsyncIterator())
    }

    public struct Iterator: AsyncIteratorProtocol {
        private let sequence: CaptionSequence
        private var base: Base.AsyncIterator
        private var ready: ArraySlice<CaptionOutcome> = []
        private var taken = 0
        /// How the sequence goes on when `ready` is used up.
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
        public mutating func next() async throws -> CaptionOutcome? { try await next(isolation: nil) }

        /// The next outcome, asked for by an actor, on which the images are then taken from the base sequence: its
        /// closures may belong to that actor.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> CaptionOutcome? {
            if ready.isEmpty { try await captionNextBatch(isolation: actor) }
            return ready.popFirst()
        }

        private mutating func captionNextBatch(isolation actor: isolated (any Actor)?) async throws {
            let state = end
            end = .finished
            switch state {
            case .finished: return
            case .failed(let error): throw error
            case .open: break
            }
            try sequence.options.validate()
            var requests: [CaptionRequest] = []
            var next = End.open
            do {
                while requests.count < sequence.captioner.options.batchSize {
                    guard let image = try await base.next(isolation: actor) else {
                        next = .finished
                        break
                    }
                    requests.append(image.captionRequest)
                }
            } catch {
                guard !requests.isEmpty else { throw error }
                next = .failed(error)
            }
            // A base sequence may end early because the task was cancelled, and that is no end to be told as one.
            try Task.checkCancellation()
            let results = try await sequence.captioner.captionBatch(
                requests, options: sequence.options, timings: sequence.timings)
            ready =
                zip(requests, results).enumerated().map { offset, pair in
                    CaptionOutcome(index: taken + offset, source: pair.0.image, captions: pair.1)
                }[...]
            taken += requests.count
            end = next
        }
    }
}

extension CaptionSequence: Sendable where Base: Sendable {}

extension Captioner {
    /// Captions images as they come, in order, batched as `options.batchSize` of the captioner says.
    ///
    /// - Parameters:
    ///   - images: taken no faster than their captions are asked for.
    ///   - options: for all images alike.
    ///   - timings: where to add up how long the stages take.
    public func captions<Images: AsyncSequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<Images> where Images.Element == ImageSource {
        CaptionSequence(captioner: self, base: images, options: options, timings: timings)
    }

    /// Captions a sequence of images, in order, batched as `options.batchSize` of the captioner says.
    public func captions<Images: Sequence>(
        for images: Images, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<UnhurriedSequence<Images>> where Images.Element == ImageSource {
        CaptionSequence(captioner: self, base: UnhurriedSequence(base: images), options: options, timings: timings)
    }

    /// Captions images with prompts of their own as they come. Prompts of any length share a batch.
    public func captions<Requests: AsyncSequence>(
        for requests: Requests, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<Requests> where Requests.Element == CaptionRequest {
        CaptionSequence(captioner: self, base: requests, options: options, timings: timings)
    }

    /// Captions a sequence of images with prompts of their own. Prompts of any length share a batch.
    public func captions<Requests: Sequence>(
        for requests: Requests, options: GenerationOptions = GenerationOptions(), timings: TimingsRecorder? = nil
    ) -> CaptionSequence<UnhurriedSequence<Requests>> where Requests.Element == CaptionRequest {
        CaptionSequence(captioner: self, base: UnhurriedSequence(base: requests), options: options, timings: timings)
    }
}

/// A sequence whose elements are handed out one by one when they are awaited.
public struct UnhurriedSequence<Base: Sequence>: AsyncSequence {
    public typealias Element = Base.Element

    let base: Base

    public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeIterator()) }

    public struct Iterator: AsyncIteratorProtocol {
        var base: Base.Iterator

        public mutating func next() async -> Base.Element? { base.next() }

        /// Asks the base sequence where the caller is, since its closures may belong to the caller's actor.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Base.Element? { base.next() }
    }
}

extension UnhurriedSequence: Sendable where Base: Sendable {}
