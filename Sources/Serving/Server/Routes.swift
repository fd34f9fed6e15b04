#if Server
    import CaptionerJSON
    import CaptionerServing
    import Foundation
    import HTTPTypes
    import Hummingbird
    import NIOCore

    /// What is answered under which path.
    struct Routes: Sendable {
        let service: CaptionService
        private let bodies: BodyReader

        init(service: CaptionService) {
            self.service = service
            bodies = BodyReader(service.limits)
        }

        func add(to router: Router<ServerContext>) {
            router.get("/") { _, _ in Self.page(PackageResources.page_html, "text/html; charset=utf-8") }
            router.get("/page.css") { _, _ in Self.page(PackageResources.page_css, "text/css") }
            router.get("/page.js") { _, _ in Self.page(PackageResources.page_js, "text/javascript") }
            router.get("/openapi.json") { _, _ in Self.page(PackageResources.openapi_json, "application/json") }
            router.get("/health") { _, _ in Response(.object([JSONMember("status", .string("ok"))])) }
            router.get("/ready") { _, _ in
                _ = try service.models()
                return Response(.object([JSONMember("status", .string("ok"))]))
            }
            router.get("/metrics") { _, _ in
                Response(text: await service.metricsText(), type: "text/plain; version=0.0.4")
            }
            router.get("/v1/models") { _, _ in Response(try service.modelList()) }
            // Names of models have slashes.
            router.get("/v1/models/**") { _, context in
                Response(try service.model(context.parameters.getCatchAll().joined(separator: "/")))
            }
            router.post("/") { try await answer($0, $1, caption) }
            router.post("/v1/caption") { try await answer($0, $1, captionObject) }
            router.post("/v1/score") { try await answer($0, $1, score) }
            router.post("/v1/embeddings") { try await answer($0, $1, embeddings) }
            router.post("/v1/chat/completions", use: chat)
        }

        /// A file of the page. It loads nothing from elsewhere.
        private static func page(_ content: [UInt8], _ type: String) -> Response {
            var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache"]
            headers[.contentSecurityPolicy] =
                "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
            return Response(
                status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: content)))
        }

        private func answer(
            _ request: Request, _ context: ServerContext,
            _ answer: @escaping @Sendable (Request, Data, CaptionService.Models) async throws -> Response
        ) async throws -> Response {
            try await ClientConnection.required(on: context.channel) {
                try await withPlace(for: request) { body, models in try await answer(request, body, models) }
            }
        }

        /// Answers a request that has a place in the queue from when its body is there: who is slow to send one holds none. What
        /// would have none is refused before.
        func withPlace<Answer: Sendable>(
            for request: Request, _ answer: @escaping @Sendable (Data, CaptionService.Models) async throws -> Answer
        ) async throws -> Answer {
            try await service.checkPlace()
            let body = try await bodies.body(of: request)
            return try await service.withPlace { models in try await answer(body, models) }
        }

        private func captionBody(
            _ request: Request, _ body: Data
        ) throws -> CaptionBody {
            try CaptionBody(
                body, type: request.headers[.contentType],
                query: request.uri.queryParameters.map { (String($0.key), String($0.value)) }, options: service.options,
                limits: service.limits)
        }

        /// `[{"generated_text"}]`, or for a question `[{"answer", "score"}]`, as Hugging Face's clients read it.
        @Sendable private func caption(
            _ request: Request, _ body: Data, _ models: CaptionService.Models
        ) async throws -> Response {
            let body = try captionBody(request, body)
            let captions = try await service.captions(body.call, by: models)
            return Response(CaptionAnswer.generatedTexts(captions, isQuestion: body.isQuestion))
        }

        /// The worker's answer: `{"caption", "log_probability"}`.
        @Sendable private func captionObject(
            _ request: Request, _ body: Data, _ models: CaptionService.Models
        ) async throws -> Response {
            let body = try captionBody(request, body)
            return Response(CaptionAnswer.record(try await service.captions(body.call, by: models)))
        }

        @Sendable private func score(
            _ request: Request, _ body: Data, _ models: CaptionService.Models
        ) async throws -> Response {
            let body = try ScoreBody(body, type: request.headers[.contentType], limits: service.limits)
            return Response(try await service.scores(body, by: models))
        }

        @Sendable private func embeddings(
            _ request: Request, _ body: Data, _ models: CaptionService.Models
        ) async throws -> Response {
            Response(try await service.embeddings(EmbeddingBody(body, limits: service.limits), by: models))
        }
    }
#endif
