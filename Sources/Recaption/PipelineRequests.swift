import Captioner

/// The requests of a pipeline as a sequence.
struct PipelineRequests: AsyncSequence, AsyncIteratorProtocol {
    let pipeline: CaptionPipeline

    func makeAsyncIterator() -> PipelineRequests { self }
    mutating func next() async -> CaptionRequest? { await pipeline.nextRequest() }

    mutating func next(isolation actor: isolated (any Actor)?) async -> CaptionRequest? {
        await pipeline.nextRequest(isolation: actor)
    }
}
