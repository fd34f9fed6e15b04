#if Server
    package import CaptionerServing
    import Hummingbird
    package import Logging

    /// Serves captions over HTTP: the routes of `CaptionService`, a page for browsers, and the description of it all.
    package struct CaptionServer: Sendable {
        /// Where and for whom it serves.
        package struct Configuration: Sendable {
            /// An address of this machine, in numbers.
            package var host = "127.0.0.1"
            /// 0 for one that is free.
            package var port = 8080
            /// What the header Authorization has to bear; nil for no such check.
            package var token: [UInt8]?
            /// How long requests may take to be answered once the server stops, in seconds.
            package var graceSeconds = 30

            package init() {}
        }

        private let listener: HTTPListener
        private let service: CaptionService
        private let graceSeconds: Int

        /// - Parameter onStart: receives the port when the server listens.
        package init(
            _ service: CaptionService, _ configuration: Configuration, logger: Logger,
            onStart: @escaping @Sendable (_ port: Int) -> Void
        ) {
            let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
            router.addMiddleware {
                ReportMiddleware(metrics: service.metrics, logger: logger)
                AccessMiddleware(token: configuration.token.map(SecretToken.init))
                MethodMiddleware()
            }
            Routes(service: service).add(to: router)
            let limits = service.limits
            listener = HTTPListener(
                router,
                HTTPListener.Configuration(
                    host: configuration.host, port: configuration.port, bodyLimit: limits.bodySize,
                    connections: limits.connections, headerSeconds: limits.headerSeconds,
                    idleSeconds: limits.idleSeconds, silentSeconds: limits.seconds + limits.bodySeconds),
                logger: logger, onStart: onStart)
            self.service = service
            graceSeconds = configuration.graceSeconds
        }

        /// Serves until it is stopped, or the task is cancelled.
        /// - Throws: `ServerError` if it is impossible to listen.
        package func run() async throws { try await listener.run() }

        /// Takes no new requests, answers those that there are, as long as the grace lasts, and lets `run` return.
        package func stop() async {
            let seconds = graceSeconds
            // Not a task group, which would wait for both.
            let (done, source) = AsyncStream<Void>.makeStream()
            Task {
                await service.stop()
                source.finish()
            }
            Task {
                try? await Task.sleep(for: .seconds(seconds))
                source.finish()
            }
            for await _ in done {}
            await listener.stop()
        }
    }
#endif
