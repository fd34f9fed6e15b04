import CaptionerGeneration
import CaptionerModels
import CaptionerTensorCore

/// Runs the model, one batch at a time, on a thread of its own: a batch takes seconds, which would starve Swift's
/// shared threads.
actor InferenceEngine {
    nonisolated let model: any CaptioningModel
    private let executor: QueueExecutor
    var context: ComputeContext { executor.context }
    /// Texts that others join; nil while there are none.
    var joined: JoinedTexts?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ model: any CaptioningModel, on executor: QueueExecutor) {
        self.model = model
        self.executor = executor
    }

    /// What texts begin and end with.
    nonisolated var prompt: PromptFormat { model.prompt }

    /// What a model of questions is asked without a prompt.
    nonisolated var captionQuestion: String? { (model as? any QuestionModel)?.captionQuestion }

    /// The tokens that close a text.
    nonisolated var endTokenIDs: [Int] { prompt.endTokenIDs }

    /// What traces call the pixels.
    nonisolated var pixelsName: String { model.pixelsName }

    /// Checks that texts can begin with these tokens.
    nonisolated func check(prompt: [Int]) throws { try model.check(prompt: prompt) }

    /// What a run of the model reports while it runs.
    enum Event: Sendable {
        case stage(TracedStage)
        /// Without beams: a new token.
        case token(Int)
    }

    /// What the model says about some images, and how long each stage took.
    ///
    /// - Parameters:
    ///   - images: their pixels and prompts.
    ///   - plan: how to continue the prompts.
    ///   - observing: which events to report.
    ///   - observe: receives events as they come.
    /// - Returns: for each image its sequences, best first.
    func generate(
        _ images: [PreparedImage], plan: GenerationPlan, observing: ObservedEvents = [],
        observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws -> (sequences: [[GeneratedSequence]], timings: StageTimings) {
        let log = observing.contains(.stages) ? StageLog { observe(.stage(TracedStage($0, $1))) } : StageLog()
        let embeddings = try encode(images, log)  // [B, Q, D]
        let session = try model.session(
            images: embeddings, prompts: images.map(\.prompt), maxNewTokens: plan.options.maxNewTokens, in: context)
        let seeds = images.map(plan.seed)
        return try generate(
            session, log, prompts: Array(zip(images.map(\.prompt), seeds)), plan: plan, observing: observing,
            observe: observe)
    }

    /// Answers to several questions about one image, which is encoded once.
    /// - Parameter prompts: of each question, with the image's place in it.
    /// - Returns: for each question its sequences, best first.
    func answers(
        _ image: PreparedImage, prompts: [[Int]], plan: GenerationPlan
    ) throws -> (sequences: [[GeneratedSequence]], timings: StageTimings) {
        let log = StageLog()
        let session = try model.session(
            image: encode([image], log), prompts: prompts, maxNewTokens: plan.options.maxNewTokens, in: context)
        return try generate(session, log, prompts: prompts.map { ($0, plan.seed(of: image)) }, plan: plan)
    }

    private func generate(
        _ base: DecoderSession, _ log: StageLog, prompts: [(tokens: [Int], seed: UInt64)], plan: GenerationPlan,
        observing: ObservedEvents = [], observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws -> (sequences: [[GeneratedSequence]], timings: StageTimings) {
        var timings = StageTimings()
        let session = TimedSession(base)
        let starts = prompts.map { plan.sequenceStart(prompt: $0.tokens, imageSeed: $0.seed, for: model.prompt) }
        let search = plan.search(endTokenIDs: endTokenIDs)
        let sequences = try search(session, starts: starts) { _, token, logits in
            if observing.contains(.tokens) { observe(.token(token)) }
            if observing.contains(.stages) {
                observe(.stage(TracedStage("logits", shape: [logits.count], values: Array(logits))))
            }
        }
        for stage in log.seconds { timings.add(stage.seconds, to: stage.name) }
        timings.add(session.prefillSeconds, to: StageTimings.prefillStage)
        timings.add(session.stepSeconds, to: StageTimings.decodeStage)
        timings.images = prompts.count
        timings.newTokens = sequences.joined().map(\.tokenIDs.count).reduce(0, +)
        return (sequences, timings)
    }

    /// The model's own logits along a text, `[N, V]`.
    func logits(_ image: PreparedImage, text: [Int]) throws -> TracedStage {
        let embeddings = try encode([image], StageLog())
        let logits = try model.logits(image: embeddings, prompt: image.prompt, text: text, in: context)
        return TracedStage("logits", shape: logits.shape, values: logits.array())
    }

    /// The log-probability of each token of some texts after an image, which is encoded once.
    func score(_ image: PreparedImage, texts: [[Int]]) throws -> [[Float]] {
        let embeddings = try encode([image], StageLog())
        var scores: [[Float]] = []
        while scores.count < texts.count {
            let group = Self.group(texts[scores.count...])
            let copy = Tensor(embeddings.array(), shape: embeddings.shape, in: context)
            scores += try model.logProbabilities(image: copy, prompt: image.prompt, texts: group, in: context)
        }
        return scores
    }

    /// The first of some texts, at least one, as many as may go together: the logits of all their positions are held at
    /// once, and each has room for the longest.
    private static func group(_ texts: ArraySlice<[Int]>) -> [[Int]] {
        var (count, longest) = (0, 0)
        for text in texts {
            longest = max(longest, text.count)
            guard count == 0 || (count + 1) * longest <= 512 else { break }
            count += 1
        }
        return Array(texts.prefix(count))
    }

    /// The images as the decoder takes them, `[B, Q, D]`; of images in tiles, those of each.
    func encode(_ images: [PreparedImage], _ log: StageLog) throws -> Tensor {
        let size = model.imageSize
        let pixelCount = 3 * size * size
        let values = Array(images.map(\.pixelValues).joined())
        let count = values.count / pixelCount
        // As many tiles at once as there may be images of other models; a trace has all of its image.
        let limit = log.isTraced ? count : max(images.count, Self.tileLimit)
        guard count > limit else {
            let pixels = Tensor(values, shape: [count, 3, size, size], in: context)
            return try model.imageEmbeddings(pixels, stages: log, in: context)
        }
        let format = model.prompt
        let result = Tensor(shape: [count, format.imageRows, model.decoder.imageWidth], in: context)
        let length = format.imageRows * model.decoder.imageWidth
        for start in stride(from: 0, to: count, by: limit) {
            let end = min(start + limit, count)
            let pixels = Tensor(
                Array(values[(start * pixelCount)..<(end * pixelCount)]), shape: [end - start, 3, size, size],
                in: context)
            let embeddings = try model.imageEmbeddings(pixels, stages: log, in: context)
            (result.pointer + start * length).update(from: embeddings.pointer, count: embeddings.count)
        }
        return result
    }

    /// Tiles that go through the tower together.
    private static let tileLimit = 8
}

/// Which events of a run are worth making.
struct ObservedEvents: OptionSet, Sendable {
    let rawValue: Int
    static let stages = ObservedEvents(rawValue: 1)
    static let tokens = ObservedEvents(rawValue: 2)
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

    func select(rows: [Int]) { base.select(rows: rows) }
}
