package import CaptionerJSON

/// Why a request has no answer, with the status of HTTP and the shape that OpenAI's clients read.
package struct ServiceError: Error, Sendable, Equatable {
    package let status: Int
    /// `invalid_request_error`, `rate_limit_error` and so on.
    let type: String
    package let message: String
    /// The field at fault.
    let field: String?
    /// After how many seconds to try again.
    package private(set) var retryAfter: Int?
    /// The methods that there are in place of the request's.
    package private(set) var allowed: String?

    private init(_ status: Int, _ type: String, _ message: String, field: String? = nil, retryAfter: Int? = nil) {
        (self.status, self.type, self.message, self.field) = (status, type, message, field)
        self.retryAfter = retryAfter
    }

    /// 400.
    package static func invalid(_ message: String, field: String? = nil) -> ServiceError {
        ServiceError(400, "invalid_request_error", message, field: field)
    }

    package static let unauthorized = ServiceError(
        401, "authentication_error", "expected the header Authorization: Bearer TOKEN with the server's token")
    package static let otherOrigin = ServiceError(
        403, "permission_error", "the page that sent this is not of this server")

    package static let noReviewToken = ServiceError(
        403, "permission_error", "open the address that the command has printed, which has a token in it")

    /// 409.
    package static func conflict(_ message: String) -> ServiceError { ServiceError(409, "conflict_error", message) }

    package static func notFound(_ what: String) -> ServiceError { ServiceError(404, "not_found_error", what) }

    /// - Parameter allowed: such as `GET, HEAD`.
    package static func methodNotAllowed(_ allowed: String) -> ServiceError {
        var error = ServiceError(405, "invalid_request_error", "expected one of the methods \(allowed)")
        error.allowed = allowed
        return error
    }

    package static func bodyTimeout(seconds: Int) -> ServiceError {
        ServiceError(408, "timeout_error", "the body did not arrive within \(seconds) s")
    }

    /// 413.
    package static func tooLarge(_ message: String) -> ServiceError {
        ServiceError(413, "invalid_request_error", message)
    }

    /// 415.
    package static func unsupportedFormat(_ message: String) -> ServiceError {
        ServiceError(415, "invalid_request_error", message)
    }

    /// 422.
    package static func undecodable(_ message: String) -> ServiceError {
        ServiceError(422, "invalid_request_error", message)
    }

    package static func busy(_ count: Int, retryAfter: Int) -> ServiceError {
        ServiceError(429, "rate_limit_error", "\(count) requests are being answered or wait", retryAfter: retryAfter)
    }

    package static let tooManyBodies = ServiceError(
        429, "rate_limit_error", "too many bodies are being received", retryAfter: 1)

    /// nginx's status for a client that did not wait for its answer.
    package static let clientGone = ServiceError(499, "client_closed_request", "the client has gone")

    /// 500.
    package static func failed(_ message: String) -> ServiceError { ServiceError(500, "server_error", message) }

    /// llama-server's words, which clients look for.
    package static let loading = ServiceError(503, "unavailable_error", "Loading model", retryAfter: 1)
    package static let stopping = ServiceError(503, "unavailable_error", "The server is stopping", retryAfter: 5)

    package static func timeout(seconds: Int) -> ServiceError {
        ServiceError(504, "timeout_error", "no answer within \(seconds) s, waiting included")
    }

    /// `{"error": {"message", "type", "param", "code"}}`.
    package var json: JSONValue {
        .object([
            JSONMember(
                "error",
                .object([
                    JSONMember("message", .string(message)), JSONMember("type", .string(type)),
                    JSONMember("param", field.map { .string($0) } ?? .null), JSONMember("code", .integer(status)),
                ]))
        ])
    }
}
