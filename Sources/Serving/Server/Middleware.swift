#if Server
    import CaptionerJSON
    import CaptionerServing
    import HTTPTypes
    import Hummingbird
    import Logging
    import NIOCore

    extension HTTPField.Name {
        static let requestID = HTTPField.Name("X-Request-Id")!
    }

    extension Response {
        /// A response of JSON.
        init(_ json: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
            self.init(text: json.json(), type: "application/json", status: status, headers: headers)
        }

        init(text: String, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
            var headers = headers
            headers[.contentType] = type
            self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }

        init(_ error: ServiceError) {
            var headers: HTTPFields = [:]
            if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
            headers[.allow] = error.allowed
            if error.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
            // What is left of a body that was not read would be taken for the next request.
            if error.closesConnection { headers[.connection] = "close" }
            self.init(error.json, status: .init(code: error.status), headers: headers)
        }
    }

    extension ServiceError {
        /// What an error in an answer means to a client; nil for an unexpected one.
        init?(of error: any Error, path: String) {
            switch error {
            case let error as ServiceError: self = error
            case is CancellationError: self = .clientGone
            case let error as any HTTPResponseError:
                self =
                    error.status == .notFound
                    ? .notFound("there is no \(path)") : .invalid("the request cannot be taken: \(error)")
            default: return nil
            }
        }

        /// Whether the rest of the request may not have been read.
        fileprivate var closesConnection: Bool { [401, 403, 408, 413, 429, 503].contains(status) }
    }

    /// Makes answers of errors, gives each request an id, and reports what came of it: nothing of bodies.
    struct ReportMiddleware: RouterMiddleware {
        let metrics: ServiceMetrics
        let logger: Logger

        func handle(
            _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
        ) async throws -> Response {
            let start = ContinuousClock.now
            var response: Response
            do {
                response = try await next(request, context)
            } catch {
                let failure = ServiceError(of: error, path: request.uri.path)
                if failure == nil { logger.error("unexpected", metadata: ["error": "\(error)"]) }
                response = Response(failure ?? .failed("the server failed"))
            }
            // What is said of a body that HEAD does not get stays.
            if request.method == .head, response.status != .ok { response.body = ResponseBody() }
            let id = Self.id(request) ?? context.id
            response.headers[.requestID] = id
            response.headers[.xContentTypeOptions] = "nosniff"
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            // What has no route has a name of the router's own.
            let route = context.endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "other"
            metrics.count(route, status: response.status.code, seconds: seconds)
            logger.log(
                level: response.status.code < 500 ? .info : .warning, "answered",
                metadata: [
                    "id": "\(id)", "method": "\(request.method)", "route": "\(route)",
                    "status": "\(response.status.code)", "ms": "\(Int(seconds * 1000))",
                ])
            return response
        }

        /// The client's own name for the request, if it can stand in a log.
        private static func id(_ request: Request) -> String? {
            guard let id = request.headers[.requestID], (1...64).contains(id.utf8.count) else { return nil }
            let isPlain = id.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D || byte == 0x5F
            }
            return isPlain ? id : nil
        }
    }

    /// Refuses pages of other sites, and who has not the token.
    struct AccessMiddleware: RouterMiddleware {
        let token: SecretToken?

        /// What anyone may ask for: no model answers it.
        private static let open: Set = ["/", "/page.css", "/page.js", "/health", "/ready"]

        func handle(
            _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
        ) async throws -> Response {
            // A browser says which page sends a request; any other site may make it send one.
            let host = request.head.authority ?? ""
            if let origin = request.headers[.origin], !["http://\(host)", "https://\(host)"].contains(origin) {
                throw ServiceError.otherOrigin
            }
            let isOpen = Self.open.contains(request.uri.path) && request.method != .post
            if let token, !isOpen, !token.isBorne(by: request.headers[.authorization]) {
                throw ServiceError.unauthorized
            }
            return try await next(request, context)
        }
    }

    /// Says of a path that there is which methods it has, where it is asked for with another, whatever that is called.
    struct MethodMiddleware: RouterMiddleware {
        private static let methods: [String: String] = [
            "/": "GET, HEAD, POST", "/page.css": "GET, HEAD", "/page.js": "GET, HEAD", "/openapi.json": "GET, HEAD",
            "/health": "GET, HEAD", "/ready": "GET, HEAD", "/metrics": "GET, HEAD", "/v1/models": "GET, HEAD",
            "/v1/caption": "POST", "/v1/score": "POST", "/v1/embeddings": "POST", "/v1/chat/completions": "POST",
        ]

        func handle(
            _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let error as any HTTPResponseError where error.status == .notFound {
                guard let allowed = Self.methods[request.uri.path] else { throw error }
                throw ServiceError.methodNotAllowed(allowed)
            }
        }
    }
#endif
