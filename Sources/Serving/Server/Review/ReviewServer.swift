#if Server
    package import CaptionerReport
    import Hummingbird
    package import Logging

    /// Serves the page of a review to browsers of this machine.
    package struct ReviewServer: Sendable {
        private let listener: HTTPListener

        /// - Parameters:
        ///   - port: 0 for one that is free.
        ///   - token: what requests have to bear.
        ///   - onStart: receives the port when the server listens.
        package init(
            _ review: Review, port: Int, token: String, logger: Logger,
            onStart: @escaping @Sendable (_ port: Int) -> Void
        ) {
            let router = Router(context: ServerContext.self)
            let secret = SecretToken(Array(token.utf8))
            router.addMiddleware { ReviewMiddleware(token: secret, logger: logger) }
            ReviewRoutes(review: review, token: token).add(to: router)
            listener = HTTPListener(
                router,
                HTTPListener.Configuration(
                    port: port, bodyLimit: ReviewRoutes.bodyLimit, connections: 256, silentSeconds: 3600),
                logger: logger, onStart: onStart)
        }

        /// Serves until it is stopped, or the task is cancelled.
        /// - Throws: `ServerError` if it is impossible to listen.
        package func run() async throws { try await listener.run() }

        /// Lets `run` return when what is being saved is saved.
        package func stop() async { await listener.stop() }
    }
#endif
