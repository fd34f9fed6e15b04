#if Server
    import CaptionerServing
    import HTTPTypes
    import Hummingbird
    import Logging

    /// Lets the page of the review alone through, and makes answers of errors.
    ///
    /// Other pages in the same browser can send requests to this machine, and some can read the answers where a name leads to
    /// it: they know no token, and their browser says where they are from.
    struct ReviewMiddleware: RouterMiddleware {
        let token: SecretToken
        let logger: Logger

        func handle(
            _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
        ) async throws -> Response {
            var response: Response
            do {
                try check(request)
                response = try await next(request, context)
            } catch {
                let failure = ServiceError(of: error, path: request.uri.path)
                // Such as a full disk, which the reviewer should know of.
                if failure == nil { logger.error("\(error)") }
                response = Response(failure ?? .failed("\(error)"))
            }
            response.headers[.xContentTypeOptions] = "nosniff"
            response.headers[.cacheControl] = "no-store"
            for (name, value) in Self.isolation { response.headers[name] = value }
            return response
        }

        private static let isolation: [(HTTPField.Name, String)] = [
            (.contentSecurityPolicy, "frame-ancestors 'none'"),
            (HTTPField.Name("Referrer-Policy")!, "no-referrer"),
            (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
            (HTTPField.Name("Cross-Origin-Opener-Policy")!, "same-origin"),
        ]

        /// - Throws: `ServiceError`.
        private func check(_ request: Request) throws {
            let host = request.head.authority ?? ""
            guard Self.isLoopback(host) else { throw ServiceError.otherOrigin }
            if let origin = request.headers[.origin], origin != "http://\(host)" { throw ServiceError.otherOrigin }
            // The page itself is opened by a link, and bears its token in the address.
            if request.uri.path == "/", request.method == .get {
                guard let given = request.uri.queryParameters["token"], token.isEqual(to: Array(given.utf8)) else {
                    throw ServiceError.noReviewToken
                }
                return
            }
            let site = request.headers[HTTPField.Name("Sec-Fetch-Site")!]
            guard site == nil || site == "same-origin" else { throw ServiceError.otherOrigin }
            guard token.isBorne(by: request.headers[.authorization]) else { throw ServiceError.noReviewToken }
        }

        /// Whether a header Host names this machine as such, with any port: there may be a tunnel.
        private static func isLoopback(_ host: String) -> Bool {
            ["127.0.0.1", "localhost", "[::1]"].contains { name in
                let port = host.utf8.dropFirst(name.utf8.count)
                return host.hasPrefix(name) && (port.isEmpty || port.first == UInt8(ascii: ":"))
                    && port.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
            }
        }
    }
#endif
