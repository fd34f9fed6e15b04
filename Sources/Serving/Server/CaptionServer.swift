#if Server
    package import CaptionerServing
    import Hummingbird
    import HummingbirdCore
    package import Logging
    import NIOCore
    import ServiceLifecycle

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

        private let group: ServiceGroup
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
            }
            Routes(service: service).add(to: router)
            var frontLogger = logger
            // What the framework says of each connection is for those who work on it.
            frontLogger.logLevel = max(logger.logLevel, .notice)
            let limits = service.limits
            let application = Application(
                router: router,
                server: .http1(
                    configuration: .init(
                        additionalChannelHandlers: [ClientPresence()],
                        idleTimeout: .seconds(Int64(limits.seconds + limits.bodySeconds)),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
                configuration: .init(
                    address: .hostname(configuration.host, port: configuration.port),
                    availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
                onServerRunning: { channel in onStart(channel.localAddress?.port ?? configuration.port) },
                logger: frontLogger)
            group = ServiceGroup(configuration: .init(services: [application], logger: frontLogger))
            self.service = service
            graceSeconds = configuration.graceSeconds
        }

        /// Serves until it is stopped, or the task is cancelled.
        /// - Throws: what makes it impossible to listen.
        package func run() async throws { try await group.run() }

        /// Takes no new requests, answers those that there are, as long as the grace lasts, and lets `run` return.
        package func stop() async {
            let seconds = graceSeconds
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await service.stop() }
                tasks.addTask { try? await Task.sleep(for: .seconds(seconds)) }
                await tasks.next()
                // What is left ends with the connections.
                await group.triggerGracefulShutdown()
                tasks.cancelAll()
            }
        }
    }

    /// What belongs to a request while it is answered.
    struct ServerContext: RequestContext {
        var coreContext: CoreRequestContextStorage
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            channel = source.channel
        }

        var maxUploadSize: Int { 0 }
    }
#endif
