#if Server
    import CaptionerFiles
    import CaptionerJSON
    import CaptionerReport
    import CaptionerServing
    import Hummingbird
    import NIOCore

    /// What the page of a review asks for.
    struct ReviewRoutes: Sendable {
        let review: Review
        let token: String
        private let bodies: BodyReader

        /// Of a replacement in ten thousand rows there are some megabytes.
        static let bodyLimit = 256 << 20

        init(review: Review, token: String) {
            self.review = review
            self.token = token
            var limits = ServiceLimits()
            limits.bodySize = Self.bodyLimit
            bodies = BodyReader(limits)
        }

        func add(to router: Router<ServerContext>) {
            router.get("/") { _, _ in
                let html = review.html(token: token)
                return Response(
                    status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: html)))
            }
            router.get("/changes") { request, _ in
                Response(await review.rows(since: request.uri.queryParameters["since"].flatMap { Int($0) } ?? 0))
            }
            router.get("/picture") { request, _ in
                let query = request.uri.queryParameters
                guard let line = query["line"].flatMap({ Int($0) }), let place = query["place"].flatMap({ Int($0) }),
                    let jpeg = await review.picture(line: line, place: place)
                else { throw ServiceError.notFound("there is no image that can be shown") }
                return Response(
                    status: .ok, headers: [.contentType: "image/jpeg"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: jpeg)))
            }
            router.post("/changes") { request, _ in
                let body = try await body(of: request)
                let changes = try (body["rows"]?.elements ?? []).map(Self.change)
                return try await answer { try await review.save(changes, window: try Self.window(body)) }
            }
            router.post("/undo") { request, _ in
                let body = try await body(of: request)
                return try await answer { try await review.undo(window: try Self.window(body)) }
            }
            router.post("/merge") { request, _ in
                let body = try await body(of: request)
                return try await answer {
                    switch body["into"]?.text {
                    case "rows": try await review.mergeRows(decidedOnly: body["decidedOnly"] == .bool(true)).json
                    case "sidecars": try await review.mergeSidecars().json
                    default: throw ServiceError.invalid("expected rows or sidecars", field: "into")
                    }
                }
            }
        }

        private func answer(_ work: () async throws -> JSONValue) async throws -> Response {
            do {
                return Response(try await work())
            } catch ReviewError.conflict(let rows) {
                let error = ServiceError.conflict("\(ReviewError.conflict(rows))")
                return Response(.object((error.json.members ?? []) + (rows.members ?? [])), status: .conflict)
            } catch ReviewError.nothingToUndo {
                return Response(ServiceError.conflict("\(ReviewError.nothingToUndo)").json, status: .conflict)
            } catch let error as ReviewError {
                throw ServiceError.undecodable("\(error)")
            } catch FileError.outputExists(let path) {
                throw ServiceError.conflict("\(path) is there, and is not what was merged before: move it away")
            }
        }

        private func body(of request: Request) async throws -> JSONValue {
            let body = try await bodies.body(of: request)
            do {
                return try JSONParser.parse(Array(body))
            } catch {
                throw ServiceError.invalid("the body is no JSON: \(error)")
            }
        }

        /// The name of a window, which it has given itself.
        private static func window(_ body: JSONValue) throws -> String {
            guard let name = body["window"]?.text, (1...64).contains(name.utf8.count) else {
                throw ServiceError.invalid("expected a name of 1 to 64 bytes", field: "window")
            }
            return name
        }

        private static func change(_ json: JSONValue) throws -> Review.Request {
            guard let line = json["line"]?.size, let version = json["version"]?.size, let review = RowReview(json)
            else {
                throw ServiceError.invalid("expected line, version, decision and, for changed, captions", field: "rows")
            }
            return Review.Request(line: line, version: version, review: review)
        }
    }

    extension ReviewSummary {
        /// `{"summary": ..., "remarks": [...]}`.
        fileprivate var json: JSONValue {
            .object([
                JSONMember("summary", .string(description)),
                JSONMember("remarks", .array(remarks.map { .string($0) })),
            ])
        }
    }
#endif
