import BLIP2
import Dispatch
import Generation
import TensorCore

/// Runs the model, one batch at a time, on a thread of its own: a batch takes seconds, which would starve Swift's
/// shared threads.
actor InferenceEngine {
    private let model: BLIP2Model
    private let context: ComputeContext
    private let executor = QueueExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ model: BLIP2Model, threadCount: Int) {
        self.model = model
        context = ComputeContext(threadCount: threadCount)
    }

    /// Checks that texts can begin with these tokens.
    nonisolated func check(prompt: [Int]) throws { try model.check(prompt: prompt) }

    /// What the model says about some images, and how long each stage took.
    ///
    /// - Parameters:
    ///   - pixelValues: processed images, each `[3, S, S]`.
    ///   - prompt: the token ids that every text begins with, begin token included.
    ///   - observe: is shown each stage's result as it comes, for tracing.
    func generate(
        pixelValues: [[Float]], prompt: [Int], options: GenerationOptions,
        observe: (@Sendable (TracedStage) -> Void)? = nil
    ) throws -> (sequences: [GeneratedSequence], timings: StageTimings) {
        var timings = StageTimings()
        let size = model.configuration.vision.imageSize
        let images = Tensor(
            Array(pixelValues.joined()), shape: [pixelValues.count, 3, size, size], in: context)  // [B, 3, S, S]
        let imageTokens = try timings.measure(\.vision) { try model.encode(images, in: context) }  // [B, T, D]
        observe?(TracedStage("vision.last_hidden_state", imageTokens))
        let queries = try timings.measure(\.qFormer) { try model.query(imageTokens, in: context) }  // [B, Q, D]
        observe?(TracedStage("qformer.last_hidden_state", queries))
        let prefixes = timings.measure(\.qFormer) { model.project(queries, in: context) }  // [B, Q, D]
        observe?(TracedStage("language_projection", prefixes))

        let session = TimedSession(
            try model.session(
                prefixes: prefixes, prompts: pixelValues.map { _ in prompt }, maxNewTokens: options.maxNewTokens,
                in: context))
        let endTokenIDs = model.configuration.text.endTokenIDs
        let search = GreedySearch(
            maxNewTokens: options.maxNewTokens, endTokenIDs: endTokenIDs,
            processors: options.minNewTokens > 0
                ? [MinNewTokensProcessor(minimum: options.minNewTokens, endTokenIDs: endTokenIDs)] : [])
        let sequences = try search(session) { _, logits in
            observe?(TracedStage("logits", shape: [logits.count], values: Array(logits)))
        }
        timings.prefill = session.prefillSeconds
        timings.decode = session.stepSeconds
        timings.images = pixelValues.count
        timings.newTokens = sequences.map(\.tokenIDs.count).reduce(0, +)
        return (sequences, timings)
    }
}

/// Runs an actor's work on a dispatch queue.
private final class QueueExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "captioner.inference", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

/// Passes a session on and adds up how long it took.
private final class TimedSession<Base: DecodingSession>: DecodingSession {
    private let base: Base
    private(set) var prefillSeconds = 0.0
    private(set) var stepSeconds = 0.0

    init(_ base: Base) { self.base = base }

    var remainingTokens: [Int] { base.remainingTokens }

    func prefill() throws -> Tensor {
        try measureSeconds(into: &prefillSeconds) { try base.prefill() }
    }

    func step(_ tokenIDs: [Int]) throws -> Tensor {
        try measureSeconds(into: &stepSeconds) { try base.step(tokenIDs) }
    }

    func keep(rows: [Int]) { base.keep(rows: rows) }
}
