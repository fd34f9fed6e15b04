package import Captioner
package import CaptionerJSON
import Foundation
import Synchronization

/// Answers requests with models, within limits. It knows nothing of sockets.
package final class CaptionService: Sendable {
    /// The models that answer.
    package struct Models: Sendable {
        package let captioner: Captioner
        package let captionerName: String
        /// A CLIP model for embeddings, and its name.
        package let encoder: ImageTextEncoder?
        package let encoderName: String

        package init(
            captioner: Captioner, captionerName: String, encoder: ImageTextEncoder? = nil, encoderName: String = ""
        ) {
            self.captioner = captioner
            self.captionerName = captionerName
            self.encoder = encoder
            self.encoderName = encoderName
        }
    }

    package let limits: ServiceLimits
    /// What holds where a request says nothing.
    package let options: Captioner.GenerationOptions
    private let chatPrompt: ChatPrompt
    package let metrics = ServiceMetrics()
    private let queue: ServiceQueue
    private let loaded = Mutex<Models?>(nil)
    private let isStopping = Mutex(false)

    /// - Parameter atOnce: requests that are answered at once, beside those that wait.
    package init(
        options: Captioner.GenerationOptions, chatPrompt: ChatPrompt = .standard, atOnce: Int,
        limits: ServiceLimits = .init()
    ) {
        self.options = options
        self.chatPrompt = chatPrompt
        self.limits = limits
        queue = ServiceQueue(limit: atOnce + limits.queueLength)
    }

    /// Answers from now on.
    package func use(_ models: Models) { loaded.withLock { $0 = models } }

    /// Answers no new request, and returns when all are answered.
    package func stop() async {
        isStopping.withLock { $0 = true }
        await queue.stop()
    }

    /// - Throws: `ServiceError.loading`, `.stopping`.
    package func models() throws(ServiceError) -> Models {
        guard !isStopping.withLock({ $0 }) else { throw .stopping }
        guard let models = loaded.withLock({ $0 }) else { throw .loading }
        return models
    }

    /// Refuses what there is no place for now.
    /// - Throws: `ServiceError.busy`, `.loading`, `.stopping`.
    package func checkPlace() async throws {
        _ = try models()
        try await queue.check()
    }

    /// Takes a place in the queue for a request until it is answered.
    /// - Throws: `ServiceError.busy`, `.loading`, `.stopping`, `.timeout`, what `answer` throws.
    package func withPlace<Answer: Sendable>(
        _ answer: @escaping @Sendable (Models) async throws -> Answer
    ) async throws -> Answer {
        let models = try models()
        let seconds = limits.seconds
        return try await queue {
            try await withThrowingTaskGroup(of: Answer.self) { group in
                group.addTask { try await answer(models) }
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    throw ServiceError.timeout(seconds: seconds)
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw CancellationError() }
                return first
            }
        }
    }

    /// The captions of a request.
    /// - Parameter write: of one text without beams, receives its pieces.
    /// - Throws: `ServiceError`; `CancellationError`.
    package func captions(
        _ call: CaptionCall, by models: Models, write: (@Sendable (String) -> Void)? = nil
    ) async throws -> [Caption] {
        let captions = try await Self.translatingErrors {
            try await models.captioner.captions(
                CaptionRequest(image: call.image, furtherImages: call.furtherImages), conversation: call.conversation,
                options: call.options, write: write)
        }
        metrics.countImages(1 + call.furtherImages.count)
        return captions
    }

    /// What is made of the text of a chat: where nothing else was asked for, what a model of questions or tasks is asked with.
    package func chatPrompt(for captioner: Captioner) -> ChatPrompt {
        guard chatPrompt == .standard, let text = captioner.questionText else { return chatPrompt }
        return .template(before: text.before, after: text.after)
    }

    /// Tokens and positions before the text of a request.
    /// - Throws: `ServiceError` if the model cannot take the prompt.
    package func promptLength(_ call: CaptionCall, by models: Models) async throws -> Int {
        try await Self.translatingErrors {
            try models.captioner.promptLength(
                call.prompt, conversation: call.conversation, images: 1 + call.furtherImages.count)
        }
    }

    /// How well texts fit an image: the captioner's log-probabilities, or similarities if the CLIP model is asked for.
    /// - Throws: `ServiceError`; `CancellationError`.
    package func scores(_ body: ScoreBody, by models: Models) async throws -> JSONValue {
        try await Self.translatingErrors {
            if let encoder = models.encoder, body.model == models.encoderName || body.model == "clip" {
                return ScoreBody.json(similarities: try await encoder.similarities(of: body.texts, to: body.image))
            }
            guard body.model != "clip" else {
                throw ServiceError.invalid("the server has no CLIP model (--clip)", field: "model")
            }
            let request = CaptionRequest(image: body.image, prompt: body.prompt)
            return ScoreBody.json(try await models.captioner.logLikelihoods(of: body.texts, for: request))
        }
    }

    /// The embeddings of texts and images.
    /// - Throws: `ServiceError`; `CancellationError`.
    package func embeddings(_ body: EmbeddingBody, by models: Models) async throws -> JSONValue {
        guard let encoder = models.encoder else {
            throw ServiceError.notFound("the server has no model for embeddings (--clip)")
        }
        return try await Self.translatingErrors {
            var images = try await encoder.embeddings(of: body.images).map { try $0.get() }[...]
            var texts = try await encoder.embeddings(of: body.texts)[...]
            let embeddings = body.items.map { $0.image == nil ? texts.removeFirst() : images.removeFirst() }
            let tokenCount = try body.texts.reduce(0) { $0 + (try encoder.tokenIDs($1).count) }
            return body.json(embeddings, tokenCount: tokenCount, model: models.encoderName)
        }
    }

    /// One of the models.
    /// - Throws: `ServiceError` if there is none of the name.
    package func model(_ name: String) throws(ServiceError) -> JSONValue {
        let entries = try modelList()["data"]?.elements ?? []
        guard let entry = entries.first(where: { $0["id"] == .string(name) }) else {
            throw .notFound("there is no model \(name)")
        }
        return entry
    }

    /// `{"object": "list", "data": [...]}` of OpenAI.
    package func modelList() throws(ServiceError) -> JSONValue {
        let models = try models()
        func entry(_ name: String, _ members: [JSONMember]) -> JSONValue {
            .object(
                [
                    JSONMember("id", .string(name)), JSONMember("object", .string("model")),
                    JSONMember("created", .integer(0)), JSONMember("owned_by", .string("captioner")),
                ] + members)
        }
        var entries = [
            entry(
                models.captionerName,
                [
                    JSONMember(
                        "chat_prompt",
                        .string(
                            models.captioner.converses
                                ? "conversation" : chatPrompt(for: models.captioner).description)),
                    JSONMember("precision", .string(models.captioner.precision.rawValue)),
                ])
        ]
        if models.encoder != nil {
            entries.append(entry(models.encoderName, [JSONMember("embeddings", .bool(true))]))
        }
        return .object([JSONMember("object", .string("list")), JSONMember("data", .array(entries))])
    }

    /// Metrics as Prometheus reads them.
    package func metricsText() async -> String {
        let captioner = loaded.withLock { $0 }?.captioner
        return metrics.text(
            queued: await queue.length, load: await captioner?.sharedLoad ?? (0, 0),
            timings: await captioner?.sharedTimings ?? StageTimings())
    }

    private static func translatingErrors<Result: Sendable>(
        _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await work()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ServiceError(error)
        }
    }
}
