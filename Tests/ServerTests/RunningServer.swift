#if Server
    import Captioner
    import CaptionerDemoModel
    import CaptionerServer
    import CaptionerServing
    import Logging

    /// A server with the demo model on a free port of this machine.
    final class RunningServer: Sendable {
        let service: CaptionService
        let captioner: Captioner
        let port: Int
        private let server: CaptionServer
        private let running: Task<Void, any Error>

        init(
            limits: ServiceLimits = .init(), token: String? = nil, graceSeconds: Int = 30, isLoaded: Bool = true
        ) async throws {
            captioner = try await Captioner(
                modelFolder: DemoModel.checkpoint(), options: Captioner.Options(precision: .float32))
            let service = CaptionService(options: Captioner.GenerationOptions(), atOnce: 16, limits: limits)
            self.service = service
            if isLoaded { service.use(.init(captioner: captioner, captionerName: "demo")) }
            var configuration = CaptionServer.Configuration()
            configuration.port = 0
            configuration.token = token.map { Array($0.utf8) }
            configuration.graceSeconds = graceSeconds
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let (ports, started) = AsyncStream<Int>.makeStream()
            let server = CaptionServer(service, configuration, logger: logger) {
                started.yield($0)
                started.finish()
            }
            self.server = server
            running = Task { try await server.run() }
            var port = 0
            for await number in ports { port = number }
            self.port = port
        }

        func load() { service.use(.init(captioner: captioner, captionerName: "demo")) }

        /// Returns when `run` has returned.
        func stop() async throws {
            await server.stop()
            try await running.value
        }

        func connection(seconds: Int = 60) throws -> Connection { try Connection(port: port, seconds: seconds) }
    }
#endif
