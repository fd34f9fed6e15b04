#if Server
    import Captioner
    import CaptionerJSON
    import CaptionerServing
    import Foundation
    import HTTPTypes
    import Hummingbird
    import NIOCore

    extension Routes {
        /// What comes of a chat: an answer, or the beginning of a stream of events.
        private enum Part: Sendable {
            case whole(JSONValue)
            /// The text begins.
            case began
            case event(String)
        }

        /// OpenAI's chat completions, whole or as server-sent events.
        @Sendable func chat(_ request: Request, _ context: ServerContext) async throws -> Response {
            let id = context.id
            let (parts, source) = AsyncThrowingStream<Part, any Error>.makeStream()
            let task = Task {
                do {
                    try await ClientConnection.required(on: context.channel) {
                        try await service.withPlace { models in
                            try await answer(request, id: id, by: models) { source.yield($0) }
                        }
                    }
                    source.finish()
                } catch {
                    source.finish(throwing: error)
                }
            }
            // Also where the response is never written.
            source.onTermination = { _ in task.cancel() }
            // What fails before the first token has a status of its own.
            for try await part in parts {
                if case .whole(let answer) = part { return Response(answer) }
                return stream(parts)
            }
            throw CancellationError()
        }

        private func answer(
            _ request: Request, id: String, by models: CaptionService.Models, yield: @escaping @Sendable (Part) -> Void
        ) async throws {
            let chat = try ChatBody(
                try await body(request), options: service.options, chatPrompt: service.chatPrompt,
                converses: models.captioner.converses, limits: service.limits)
            let answer = ChatAnswer(
                id: id, model: models.captionerName,
                promptTokens: try await service.promptLength(chat.call, by: models))
            guard chat.isStreamed else {
                return yield(.whole(answer.completion(try await service.captions(chat.call, by: models))))
            }
            let pieces = FirstPiece()
            let captions = try await service.captions(chat.call, by: models) { piece in
                let isFirst = pieces.isFirst
                if isFirst { yield(.began) }
                yield(.event(answer.chunk(piece, first: isFirst).json()))
            }
            if pieces.isFirst {
                yield(.began)
                yield(.event(answer.chunk("", first: true).json()))
            }
            yield(.event(answer.lastChunk(captions[0]).json()))
            if chat.includesUsage { yield(.event(answer.usageChunk(captions[0]).json())) }
            yield(.event("[DONE]"))
        }

        private func stream(_ parts: AsyncThrowingStream<Part, any Error>) -> Response {
            let body = ResponseBody { writer in
                do {
                    for try await case .event(let event) in parts {
                        try await writer.write(ByteBuffer(string: "data: \(event)\n\n"))
                    }
                } catch let error as ServiceError {
                    try await writer.write(ByteBuffer(string: "data: \(error.json.json())\n\n"))
                }
                try await writer.finish(nil)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/event-stream", .cacheControl: "no-cache",
                    // nginx gathers what it passes on, unless it is told otherwise.
                    HTTPField.Name("X-Accel-Buffering")!: "no",
                ], body: body)
        }
    }
#endif
