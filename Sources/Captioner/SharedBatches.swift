import CaptionerGeneration
import CaptionerTensorCore

/// Captions images of several tasks together: requests wait while the model runs, and join those that run between two
/// steps of the decoder. Each is answered when its own text ends. A caption does not depend on its neighbours.
actor SharedBatches {
    /// Steps of the decoder between two joins, unless otherwise said. Images that join keep all texts that run waiting while they
    /// are encoded, so joining at once makes all captions late where images come one by one.
    static let standardSteps = 12
    private var stepsBetweenJoins: Int? = SharedBatches.standardSteps

    private struct Request {
        let id: Int
        let image: PreparedImage
        let plan: GenerationPlan
        let observe: @Sendable (_ token: Int) -> Void
        let continuation: CheckedContinuation<[Caption], any Error>

        /// What joins the texts that run.
        var joining: JoiningRequest { JoiningRequest(id: id, image: image, plan: plan) }
    }

    private var waiting: [Request] = []
    private var running: [Int: Request] = [:]
    /// Requests that were cancelled while they ran, and are still in the model.
    private var leaving: Set<Int> = []
    private var stepsSinceJoin = 0
    /// How long to wait for more requests before the model begins anew. Those who asked together get their answers together,
    /// and ask again one by one: without it the first of them would be captioned alone each time.
    private var gatherTime = Duration.zero
    /// Asks for the steps to pause, so that those that were cancelled take no more of them.
    private let isInterrupted = Locked(false)
    /// What computes at the moment.
    private var work: Task<JoinedProgress, any Error>?
    private var isDraining = false
    private var lastID = 0
    /// How often requests joined.
    private(set) var joinCount = 0
    /// What all requests together took of the model.
    private(set) var timings = StageTimings()

    /// - Parameter steps: of the decoder between two joins; nil to let no request join those that run.
    func join(every steps: Int?) { stepsBetweenJoins = steps }

    /// How many requests wait, and how many run.
    var load: (waiting: Int, running: Int) { (waiting.count, running.count) }

    /// The captions of an image.
    /// - Parameter observe: without beams or copies, receives each token when it is chosen.
    /// - Throws: `CaptionFailure`; `CancellationError` when the task was cancelled. The others continue then, and the model
    ///   stops within a layer if there are none.
    func captions(
        of image: PreparedImage, plan: GenerationPlan, by captioner: Captioner,
        observe: @escaping @Sendable (_ token: Int) -> Void = { _ in }
    ) async throws -> [Caption] {
        lastID += 1
        let id = lastID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                waiting.append(
                    Request(id: id, image: image, plan: plan, observe: observe, continuation: continuation))
                guard !isDraining else { return }
                isDraining = true
                Task { await self.drain(captioner) }
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func drain(_ captioner: Captioner) async {
        while !waiting.isEmpty || !running.isEmpty || !leaving.isEmpty {
            await takeOut(captioner.engine)
            if running.isEmpty, waiting.count < captioner.options.batchSize {
                try? await Task.sleep(for: gatherTime)
            }
            let requests = admitted(captioner)
            for request in requests { running[request.id] = request }
            if requests.isEmpty {
                let limit = max((stepsBetweenJoins ?? Self.standardSteps) - stepsSinceJoin, 1)
                isInterrupted.withLock { $0 = false }
                await advance(captioner, ifItFails: Array(running.keys)) { [isInterrupted] in
                    try await $0.steps(atMost: limit, isInterrupted: { isInterrupted.withLock { $0 } }, observe: $1)
                }
            } else {
                await join(requests, captioner)
            }
        }
        isDraining = false
    }

    /// Requests that could join and did not are tried one by one, so that only the one at fault fails.
    private func join(_ requests: [Request], _ captioner: Captioner) async {
        joinCount += 1
        stepsSinceJoin = 0
        let joining = requests.map(\.joining)
        let ids = joining.map(\.id)
        let start = ContinuousClock.now
        let joins = await advance(captioner, ifItFails: joining.count == 1 ? ids : []) {
            try await $0.join(joining, observe: $1)
        }
        // A little of what their images took. One client alone does not wait for others.
        gatherTime = requests.count > 1 ? min(.milliseconds(50), (ContinuousClock.now - start) / 50) : .zero
        guard !joins, requests.count > 1 else { return }
        for request in requests where running[request.id] != nil { await join([request], captioner) }
    }

    /// Runs the model, and answers those whose texts have ended.
    /// - Parameter failing: the requests that fail if the model does.
    /// - Returns: whether it ran, or was cancelled with all requests.
    @discardableResult private func advance(
        _ captioner: Captioner, ifItFails failing: [Int],
        _ run:
            @escaping @Sendable (InferenceEngine, @escaping InferenceEngine.TokenObserver) async throws
            -> JoinedProgress
    ) async -> Bool {
        let observers = running.mapValues(\.observe)
        let work = Task { try await run(captioner.engine) { id, token in observers[id]?(token) } }
        self.work = work
        let result = await work.result
        self.work = nil
        switch result {
        case .success(let progress):
            timings += progress.timings
            stepsSinceJoin += progress.steps
            for (id, sequences) in progress.ended { finish(id, captioner) { try sequences.get() } }
            return true
        case .failure(let error):
            let isCancelled = error is CancellationError && running.isEmpty
            for id in failing {
                finish(id, captioner) { throw error }
                leaving.insert(id)
            }
            return isCancelled
        }
    }

    private func finish(_ id: Int, _ captioner: Captioner, _ sequences: () throws -> [GeneratedSequence]) {
        // Those that were cancelled meanwhile are gone.
        leaving.remove(id)
        guard let request = running.removeValue(forKey: id) else { return }
        request.continuation.resume(
            with: Result {
                do {
                    return try sequences().map {
                        captioner.caption($0, for: request.image, options: request.plan.options)
                    }
                } catch let error as CancellationError {
                    throw error
                } catch {
                    throw CaptionFailure(stage: .caption, message: "\(error)", path: request.image.path)
                }
            })
    }

    /// The requests that are to join now: the first that wait, as many as there is room for.
    private func admitted(_ captioner: Captioner) -> [Request] {
        guard running.isEmpty || stepsBetweenJoins.map({ stepsSinceJoin >= $0 }) == true else { return [] }
        var (images, rows) = (0, 0)
        for request in running.values { (images, rows) = (images + request.image.weight, rows + request.plan.copies) }
        var admitted = 0
        for request in waiting {
            let isFirst = images == 0
            (images, rows) = (images + request.image.weight, rows + request.plan.copies)
            let fits = images <= captioner.options.batchSize && rows <= captioner.rowLimit
            guard fits || isFirst else { break }
            admitted += 1
        }
        defer { waiting.removeFirst(admitted) }
        return Array(waiting.prefix(admitted))
    }

    private func takeOut(_ engine: InferenceEngine) async {
        guard !leaving.isEmpty else { return }
        let ids = leaving
        leaving = []
        await engine.leave(ids)
    }

    private func cancel(_ id: Int) {
        if let place = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: place).continuation.resume(throwing: CancellationError())
        } else if let request = running.removeValue(forKey: id) {
            leaving.insert(id)
            request.continuation.resume(throwing: CancellationError())
            isInterrupted.withLock { $0 = true }
            if running.isEmpty { work?.cancel() }
        }
    }
}
