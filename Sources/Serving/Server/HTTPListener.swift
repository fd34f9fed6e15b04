#if Server
    import Foundation
    import Hummingbird
    import HummingbirdCore
    import Logging
    import NIOCore
    import ServiceLifecycle

    /// A server on an address of this machine, from its first connection to its last.
    struct HTTPListener: Sendable {
        private let group: ServiceGroup
        private let address: String

        /// Where and how it listens.
        struct Configuration: Sendable {
            /// In numbers.
            var host = "127.0.0.1"
            /// 0 for one that is free.
            var port: Int
            /// Larger bodies are not asked for.
            var bodyLimit: Int
            var connections: Int
            /// Until the header of a first request has arrived, and that of each further one.
            var headerSeconds = 15
            var idleSeconds = 75
            /// Until a connection on which nothing happens is closed, whatever is being answered.
            var silentSeconds: Int
        }

        /// - Parameter onStart: receives the port when it listens.
        init<Context: RequestContext>(
            _ router: Router<Context>, _ configuration: Configuration, logger: Logger,
            onStart: @escaping @Sendable (_ port: Int) -> Void
        ) where Context.Source == ApplicationRequestContextSource {
            var frontLogger = logger
            // What the framework says of each connection is for those who work on it.
            if logger.logLevel > .info { frontLogger.logLevel = .critical }
            let application = Application(
                router: router,
                server: .http1(
                    configuration: .init(
                        additionalChannelHandlers: [
                            ClientConnection(
                                headerSeconds: configuration.headerSeconds, idleSeconds: configuration.idleSeconds,
                                bodyLimit: configuration.bodyLimit)
                        ],
                        idleTimeout: .seconds(Int64(configuration.silentSeconds)),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
                configuration: .init(
                    address: .hostname(configuration.host, port: configuration.port), backlog: 4096,
                    availableConnectionsDelegate: MaximumAvailableConnections(
                        min(configuration.connections, Self.raiseFileLimit() - 100))),
                onServerRunning: { channel in onStart(channel.localAddress?.port ?? configuration.port) },
                logger: frontLogger)
            group = ServiceGroup(configuration: .init(services: [application], logger: frontLogger))
            address = "\(configuration.host):\(configuration.port)"
        }

        /// Serves until it is stopped, or the task is cancelled.
        /// - Throws: `ServerError` if it is impossible to listen.
        func run() async throws {
            do {
                try await group.run()
            } catch let error as IOError {
                throw ServerError.cannotListen(address: address, cause: String(cString: strerror(error.errnoCode)))
            }
        }

        /// Lets `run` return when what is being answered is answered.
        func stop() async { await group.triggerGracefulShutdown() }

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
#endif
