import CaptionerGeneration
import CaptionerModels

/// A request whose text joins others.
struct JoiningRequest: Sendable {
    let id: Int
    let image: PreparedImage
    let plan: GenerationPlan
}

/// What a step of joined texts brought.
struct JoinedProgress: Sendable {
    /// The requests whose texts have ended, each with its sequences, the best first, or the reason why there are none.
    var ended: [(id: Int, sequences: Result<[GeneratedSequence], any Error>)] = []
    var timings = StageTimings()
    /// Steps of the decoder after the first token.
    var steps = 0
}

/// Texts of requests that go through the decoder together, each with options of its own. Others join between steps.
struct JoinedTexts {
    let session: DecoderSession
    var texts = SearchedTexts()
}

extension InferenceEngine {
    typealias TokenObserver = @Sendable (_ id: Int, _ token: Int) -> Void

    /// Begins the texts of some images beside those that there are, as far as their first token.
    /// - Throws: what makes it impossible for all of them; then none has joined.
    func join(_ requests: [JoiningRequest], observe: TokenObserver) throws -> JoinedProgress {
        let log = StageLog()
        let embeddings = try encode(requests.map(\.image), log)  // [B, Q, D]
        let group = try model.texts(
            images: embeddings, prompts: requests.map(\.image.prompt),
            maxNewTokens: requests.map(\.plan.options.maxNewTokens), in: context)
        let joined = joined ?? JoinedTexts(session: DecoderSession(model.decoder, in: context))
        let session = joined.session
        var texts = joined.texts
        let start = ContinuousClock.now
        let logits = try session.join(group)  // [T, V]
        let prefillSeconds = (ContinuousClock.now - start) / .seconds(1)
        let rooms = session.remainingTokens.suffix(requests.count)
        let entries = zip(requests, rooms).map { request, room in
            let start = request.plan.sequenceStart(
                prompt: request.image.prompt, imageSeed: request.plan.seed(of: request.image), for: model.prompt)
            return SearchedTexts.Entry(
                id: request.id, search: request.plan.search(endTokenIDs: endTokenIDs).text(start, room: room))
        }
        let ended = texts.join(entries, logits: logits, select: session.select) { id, token, _ in observe(id, token) }
        keep(texts, in: session)
        var progress = progress(ended)
        for stage in log.seconds { progress.timings.add(stage.seconds, to: stage.name) }
        progress.timings.add(prefillSeconds, to: StageTimings.prefillStage)
        progress.timings.images = requests.count
        progress.timings.newTokens += requests.count
        return progress
    }

    /// Continues all texts that have joined, token by token, until one of them ends.
    /// - Parameters:
    ///   - limit: the most tokens of each.
    ///   - isInterrupted: asked after each token whether to return.
    /// - Throws: `CancellationError` when the task was cancelled.
    func steps(
        atMost limit: Int, isInterrupted: @Sendable () -> Bool, observe: TokenObserver
    ) throws -> JoinedProgress {
        var progress = JoinedProgress()
        guard let joined else { return progress }
        let session = joined.session
        var (texts, seconds, newTokens) = (joined.texts, 0.0, 0)
        repeat {
            let logits = try measureSeconds(into: &seconds) { try session.step(texts.tokens) }  // [R, V]
            newTokens += texts.rowCount
            let ended = texts.advance(by: logits, select: session.select) { id, token, _ in observe(id, token) }
            keep(texts, in: session)
            progress = self.progress(ended, steps: progress.steps + 1)
        } while progress.ended.isEmpty && progress.steps < limit && !isInterrupted()
        progress.timings.add(seconds, to: StageTimings.decodeStage)
        progress.timings.newTokens = newTokens
        return progress
    }

    /// Ends the texts of these requests.
    func leave(_ ids: Set<Int>) {
        guard let joined else { return }
        var texts = joined.texts
        texts.remove(ids, select: joined.session.select)
        keep(texts, in: joined.session)
    }

    private func keep(_ texts: SearchedTexts, in session: DecoderSession) {
        joined = texts.rowCount > 0 ? JoinedTexts(session: session, texts: texts) : nil
    }

    private func progress(_ ended: [SearchedTexts.Entry], steps: Int = 0) -> JoinedProgress {
        JoinedProgress(
            ended: ended.map { entry in
                (entry.id, entry.failure.map { .failure($0) } ?? .success(entry.search.results))
            }, steps: steps)
    }
}
