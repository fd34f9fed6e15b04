import Captioner
import CaptionerDemoModel
import CaptionerJSON
import Foundation
import TestSupport
import Testing

@testable import CaptionerServing

/// Answers of a service without sockets.
@Suite(.timeLimit(.minutes(10))) struct CaptionServiceTests {
    private let picture: Data

    init() throws { picture = try Data(contentsOf: Fixtures.pictures.appending(path: "easy-vqa-000.png")) }

    private func service(_ change: (inout ServiceLimits) -> Void = { _ in }) async throws -> CaptionService {
        var limits = ServiceLimits()
        change(&limits)
        let service = CaptionService(options: Captioner.GenerationOptions(), atOnce: 2, limits: limits)
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let encoder = try await ImageTextEncoder(modelFolder: DemoModel.encoder(), beside: captioner)
        service.use(
            CaptionService.Models(captioner: captioner, captionerName: "m", encoder: encoder, encoderName: "c"))
        return service
    }

    private func call(
        _ options: Captioner.GenerationOptions = Captioner.GenerationOptions(), limits: ServiceLimits = .init()
    ) throws -> CaptionCall {
        try CaptionCall(image: picture, options: options, limits: limits)
    }

    @Test func captionsAreTheLibrarysWholeAndInPieces() async throws {
        let service = try await service()
        let models = try service.models()
        var long = Captioner.GenerationOptions(maxNewTokens: 40)
        long.minNewTokens = 40
        for options in [Captioner.GenerationOptions(), .sampling(seed: 3), long] {
            let expected = try await models.captioner.caption(picture, options: options)
            #expect(try await service.captions(call(options), by: models) == [expected])
            let pieces = Pieces()
            let streamed = try await service.captions(call(options), by: models) { pieces.append($0) }
            #expect(streamed == [expected])
            #expect(pieces.all.joined() == expected.text)
            #expect(pieces.all.count > 1)
        }
    }

    @Test func nothingIsAnsweredBeforeAndAfter() async throws {
        let service = CaptionService(options: .init(), atOnce: 1)
        await #expect(throws: ServiceError.loading) { try await service.withPlace { _ in } }
        let other = try await self.service()
        await other.stop()
        await #expect(throws: ServiceError.stopping) { try await other.withPlace { _ in } }
    }

    @Test func theQueueIsBounded() async throws {
        let service = try await service { $0.queueLength = 1 }
        let (gate, open) = AsyncStream<Void>.makeStream()
        let (entered, enter) = AsyncStream<Void>.makeStream()
        let inside = (0..<3).map { _ in
            Task {
                try await service.withPlace { _ in
                    enter.yield()
                    for await _ in gate {}
                }
            }
        }
        var count = 0
        for await _ in entered {
            count += 1
            if count == 3 { break }
        }
        let error = await #expect(throws: ServiceError.self) { try await service.withPlace { _ in } }
        #expect(error?.status == 429 && (error?.retryAfter ?? 0) >= 1)
        let stopped = Task { await service.stop() }
        open.finish()
        for task in inside { try await task.value }
        await stopped.value
        #expect(await service.metricsText().contains("captioner_requests_in_progress 0\n"))
    }

    @Test func requestsHaveADeadline() async throws {
        let service = try await service { $0.seconds = 1 }
        await #expect(throws: ServiceError.timeout(seconds: 1)) {
            try await service.withPlace { _ in try await Task.sleep(for: .seconds(60)) }
        }
    }

    @Test func errorsHaveTheirStatus() async throws {
        let service = try await service()
        let models = try service.models()
        var cut = try call()
        cut.image = .data(picture.prefix(45))
        await #expect(throws: ServiceError.self) { try await service.captions(cut, by: models) }
        #expect(ServiceError(CaptionFailure(stage: .decode, message: "x")).status == 422)
        #expect(ServiceError(CaptionFailure(stage: .prompt, message: "x")).status == 400)
        #expect(ServiceError(CaptionFailure(stage: .caption, message: "x")).status == 500)
        var long = Captioner.GenerationOptions()
        long.prompt = String(repeating: "a dog ", count: 5000)
        let error = await #expect(throws: ServiceError.self) { try await service.captions(call(long), by: models) }
        #expect(error?.status == 400)
        #expect(error?.json["error"]?["message"]?.text?.contains("too long") == true)
    }

    @Test func scoresAndEmbeddingsAreTheLibrarys() async throws {
        let service = try await service()
        let models = try service.models()
        let encoder = try #require(models.encoder)
        let body = "{\"image\": \"\(picture.base64EncodedString())\", \"texts\": [\"a red triangle\", \"a dog\"]"
        let scores = try await service.scores(
            ScoreBody(Data("\(body)}".utf8), type: nil, limits: service.limits), by: models)
        let expected = try await models.captioner.logLikelihoods(of: ["a red triangle", "a dog"], for: picture)
        #expect(
            scores["scores"]?.elements?.compactMap { $0["log_probability"]?.double.map { Float($0) } }
                == expected.map(\.logProbability))
        let similar = try await service.scores(
            ScoreBody(Data("\(body), \"model\": \"clip\"}".utf8), type: nil, limits: service.limits), by: models)
        let similarity = try await encoder.similarity(of: "a dog", to: picture)
        #expect(similar["scores"]?.elements?.last?["similarity"]?.double.map { Float($0) } == similarity)
        // Texts and images go through the model apart, and come back in the order of the request.
        let image = "{\"image\": \"\(picture.base64EncodedString())\"}"
        let input = "{\"input\": [\"a dog\", \(image), \"two\", \(image)]}"
        let embeddings = try await service.embeddings(
            EmbeddingBody(Data(input.utf8), limits: service.limits), by: models)
        let texts = try await encoder.embeddings(of: ["a dog", "two"])
        let embedding = try await encoder.embedding(of: picture)
        #expect(
            embeddings["data"]?.elements?.map { $0["embedding"]?.elements?.compactMap { $0.double.map { Float($0) } } }
                == [texts[0], embedding, texts[1], embedding])
        let tokenCount = try ["a dog", "two"].map { try encoder.tokenIDs($0).count }.reduce(0, +)
        #expect(embeddings["usage"]?["prompt_tokens"] == .integer(tokenCount))
    }
}

/// Collects pieces.
private final class Pieces: @unchecked Sendable {
    private let lock = NSLock()
    private var pieces: [String] = []

    func append(_ piece: String) { lock.withLock { pieces.append(piece) } }
    var all: [String] { lock.withLock { pieces } }
}
