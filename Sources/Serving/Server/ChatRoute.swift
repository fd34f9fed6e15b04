#if Server
    import Captioner
    import CaptionerJSON
    import CaptionerServing
    import Foundation
    import HTTPTypes
    import Hummingbird
    import NIOCore

    extension Routes {
        /// What comes of a chat: an answer, or the events of a stream.
        private enum Part: Sendable {
            case whole(JSONValue)
            case event(String)
        }

        /// OpenAI's chat completions, whole or as server-sent events.
        @Sendable func chat(_ request: Request, _ context: ServerContext) async throws -> Response {
            let id = context.id
            let (parts, source) = AsyncThrowingStream<Part, any Error>.makeStream()
            let task = Task {
                do {
                    try await ClientConnection.required(on: context.channel) {
                        try await withPlace(for: request) { body, models in
                            try await answer(body, id: id, by: models) { source.yield($0) }
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
                switch part {
                case .whole(let answer): return Response(answer)
                case .event(let first): return stream(first, parts)
                }
            }
            throw CancellationError()
        }

        private func answer(
            _ body: Data, id: String, by models: CaptionService.Models, yield: @escaping @Sendable (Part) -> Void
        ) async throws {
            let chat = try ChatBody(
                body, options: service.options, chatPrompt: service.chatPrompt(for: models.captioner),
                converses: models.captioner.converses, limits: service.limits)
            let answer = ChatAnswer(
                id: id, model: models.captionerName,
                promptTokens: try await service.promptLength(chat.call, by: models))
            guard chat.isStreamed else {
                return yield(.whole(answer.completion(try await service.captions(chat.call, by: models))))
            }
            let pieces = FirstPiece()
            let captions = try await service.captions(chat.call, by: models) { piece in
                yield(.event(answer.chunk(piece, first: pieces.isFirst).json()))
            }
            if pieces.isFirst { yield(.event(answer.chunk("", first: true).json())) }
            yield(.event(answer.lastChunk(captions[0]).json()))
            if chat.includesUsage { yield(.event(answer.usageChunk(captions[0]).json())) }
            yield(.event("[DONE]"))
        }

        /// - Parameters:
        ///   - first: the first event.
        ///   - parts: the others.
        private func stream(_ first: String, _ parts: AsyncThrowingStream<Part, any Error>) -> Response {
            @Sendable func line(_ event: String) -> ByteBuffer { ByteBuffer(string: "data: \(event)\n\n") }
            let body = ResponseBody { writer in
                do {
                    try await writer.write(line(first))
                    for try await case .event(let event) in parts { try await writer.write(line(event)) }
                } catch let error as ServiceError {
                    try await writer.write(line(error.json.json()))
                }
                try await writer.finish(nil)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/event-stream", .cacheControl: "no-cache",
                    // nginx buffers responses unless this header says otherwise.
                    HTTPField.Name("X-Accel-Buffering")!: "no",
                ], body: body)
        }
    }
#endif
