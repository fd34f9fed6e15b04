#if Server
    package import CaptionerServing
    import Foundation
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
        private let address: String

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
            if logger.logLevel > .info { frontLogger.logLevel = .critical }
            let limits = service.limits
            let application = Application(
                router: router,
                server: .http1(
                    configuration: .init(
                        additionalChannelHandlers: [
                            ClientConnection(
                                headerSeconds: limits.headerSeconds, idleSeconds: limits.idleSeconds,
                                bodyLimit: limits.bodySize)
                        ],
                        idleTimeout: .seconds(Int64(limits.seconds + limits.bodySeconds)),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
                configuration: .init(
                    address: .hostname(configuration.host, port: configuration.port), backlog: 4096,
                    availableConnectionsDelegate: MaximumAvailableConnections(
                        min(limits.connections, Self.raiseFileLimit() - 100))),
                onServerRunning: { channel in onStart(channel.localAddress?.port ?? configuration.port) },
                logger: frontLogger)
            group = ServiceGroup(configuration: .init(services: [application], logger: frontLogger))
            self.service = service
            graceSeconds = configuration.graceSeconds
            address = "\(configuration.host):\(configuration.port)"
        }

        /// Serves until it is stopped, or the task is cancelled.
        /// - Throws: `ServerError` if it is impossible to listen.
        package func run() async throws {
            do {
                try await group.run()
            } catch let error as IOError {
                throw ServerError.cannotListen(address: address, cause: String(cString: strerror(error.errnoCode)))
            }
        }

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
            await group.triggerGracefulShutdown()
        }

        /// Lets the process open as many files as the system allows it to. Each connection is one.
        /// - Returns: how many these are.
        private static func raiseFileLimit() -> Int {
            #if os(Linux)
                let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            #else
                let files = RLIMIT_NOFILE
            #endif
            var limit = rlimit()
            guard getrlimit(files, &limit) == 0 else { return 1024 }
            limit.rlim_cur = limit.rlim_max
            setrlimit(files, &limit)
            getrlimit(files, &limit)
            return Int(clamping: limit.rlim_cur)
        }
    }

    package enum ServerError: Error, CustomStringConvertible {
        case cannotListen(address: String, cause: String)

        package var description: String {
            switch self {
            case .cannotListen(let address, let cause): "cannot listen on \(address): \(cause)"
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
    }
#endif
