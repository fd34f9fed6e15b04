#if Server
    import ArgumentParser
    import Captioner
    import CaptionerFiles
    import CaptionerServer
    import CaptionerServing
    import Foundation
    import Logging
    import SystemPackage

    /// `caption-images serve`: captions over HTTP.
    struct ServeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve",
            abstract: "Answers requests over HTTP: captions, chats as OpenAI's clients send them, scores, embeddings.",
            usage: """
                caption-images serve --model blip2-int8
                caption-images serve --model blip2-int8 --host 0.0.0.0 --port 8080 --api-key-file token.txt
                """)

        @Option(help: "The address to listen on, in numbers, or localhost.")
        var host = "127.0.0.1"

        @Option(help: "The port to listen on; 0 for one that is free.")
        var port = 8080

        @Option(
            help:
                "A file with a token, which each request has to bear. (default: the variable CAPTIONER_API_KEY, or none)"
        )
        var apiKeyFile: GivenPath?

        @Option(help: "A CLIP model, for /v1/embeddings and similarities.")
        var clip: GivenPath?

        @Option(
            help:
                "What is made of the text of a chat: a text with {} in its place, raw, or ignore. Has no effect with MGM and SmolVLM; BLIP for questions and PaliGemma have their own unless another is given."
        )
        var chatPrompt = ChatPrompt.standard

        @Option(help: "Images that go through the model together.")
        var batchSize = Captioner.Options().batchSize

        @Option(help: "Steps of the decoder after which others may join the texts that are generated; 0 for never.")
        var joinSteps = 12

        @Option(help: "Requests that wait before others are refused.")
        var queue = ServiceLimits().queueLength

        @Option(help: "Seconds that a request may take, waiting included.")
        var timeout = ServiceLimits().seconds

        @Option(help: "Seconds that requests may take to be answered after SIGTERM or SIGINT.")
        var grace = CaptionServer.Configuration().graceSeconds

        @Option(help: "The maximum size of a request, in MB.")
        var maxBody = ServiceLimits().bodySize >> 20

        @Option(help: "The maximum number of pixels of an image, in millions.")
        var maxPixels = ServiceLimits().pixelCount / 1_000_000

        @Option(help: "The maximum number of new tokens that a request can ask for.")
        var maxTokens = ServiceLimits().newTokens

        @Flag(help: "Log each request.")
        var verbose = false

        @OptionGroup var text: TextOptions
        @OptionGroup var models: ModelOptions

        func validate() throws {
            let ranges: [(String, Int, ClosedRange<Int>)] = [
                ("--port", port, 0...65_535), ("--batch-size", batchSize, 1...1024),
                ("--join-steps", joinSteps, 0...100_000), ("--queue", queue, 0...100_000),
                ("--timeout", timeout, 1...86_400), ("--grace", grace, 0...86_400), ("--max-body", maxBody, 1...1024),
                ("--max-pixels", maxPixels, 1...178), ("--max-tokens", maxTokens, 1...100_000),
            ]
            var address = in6_addr()
            guard
                inet_pton(AF_INET, numericHost, &address) == 1 || inet_pton(AF_INET6, numericHost, &address) == 1
            else { throw ValidationError("--host is \(host), expected an address in numbers, such as 0.0.0.0 or ::1.") }
            for (name, value, range) in ranges where !range.contains(value) {
                throw ValidationError("\(name) is \(value), expected \(range).")
            }
            _ = try TextOptions.checked(text.generation())
        }

        func run() async throws {
            try await reportingErrors {
                let generation = try TextOptions.checked(text.generation())
                let console = Console(isQuiet: false)
                for note in text.optionsWithoutEffect(generation) { console.note(note) }
                var limits = ServiceLimits()
                limits.bodySize = maxBody << 20
                limits.pixelCount = maxPixels * 1_000_000
                limits.newTokens = maxTokens
                limits.queueLength = queue
                limits.seconds = timeout
                let service = CaptionService(
                    options: generation, chatPrompt: chatPrompt, atOnce: 2 * batchSize, limits: limits)
                let configuration = try serverConfiguration()
                var logger = Logger(label: "caption-images") { StreamLogHandler.standardError(label: $0) }
                logger.logLevel = verbose ? .info : .warning
                let host = numericHost
                let (started, start) = AsyncStream<Void>.makeStream()
                let server = CaptionServer(service, configuration, logger: logger) { port in
                    Console.write("listening on http://\(host.contains(":") ? "[\(host)]" : host):\(port)/\n")
                    start.finish()
                }
                Signals.respond(
                    .finish {
                        Console.write("stopping: answers what was asked; once more ends at once\n")
                        Task {
                            await server.stop()
                            // Connections whose clients do not read would keep it for ever.
                            try? await Task.sleep(for: .seconds(2))
                            _exit(Signals.exitStatus ?? 1)
                        }
                    })
                try await serve(server, service, started) { start.finish() }
            }
            if let status = Signals.exitStatus { throw ExitCode(status) }
        }

        /// Answers as soon as the models are loaded, until the server ends.
        /// - Parameters:
        ///   - started: ends when the server listens, or cannot.
        ///   - ended: is called when it does not listen any more.
        private func serve(
            _ server: CaptionServer, _ service: CaptionService, _ started: AsyncStream<Void>,
            ended: @escaping @Sendable () -> Void
        ) async throws {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    defer { ended() }
                    try await server.run()
                    return true
                }
                // A port that is taken is an error before the model is loaded.
                for await _ in started {}
                let loading = Task { try await loadedModels() }
                group.addTask {
                    try await withTaskCancellationHandler {
                        service.use(try await loading.value)
                        Console.write("ready\n")
                    } onCancel: {
                        loading.cancel()
                    }
                    return false
                }
                // It may be stopped while the models are loaded, and loading may fail.
                while let hasEnded = try await group.next(), !hasEnded {}
                group.cancelAll()
            }
        }

        private func loadedModels() async throws -> CaptionService.Models {
            let folder = try models.folder()
            let captioner = try await Captioner(model: folder, options: models.captionerOptions(batchSize: batchSize))
            await captioner.join(every: joinSteps == 0 ? nil : joinSteps)
            // The first answer takes no longer than others.
            try await captioner.prewarm()
            let encoderFolder = try clip.map { try modelFolder($0) }
            var encoder: ImageTextEncoder?
            if let encoderFolder { encoder = try await ImageTextEncoder(model: encoderFolder, beside: captioner) }
            return CaptionService.Models(
                captioner: captioner, captionerName: Self.name(models.model, folder), encoder: encoder,
                encoderName: encoderFolder.map { Self.name(clip, $0) } ?? "")
        }

        /// What clients see: the name of a model, or of its folder, and not the path to it.
        private static func name(_ given: GivenPath?, _ folder: FilePath) -> String {
            if let given, !given.path.string.hasPrefix("/"), !given.path.string.hasPrefix("."), !given.path.exists {
                return given.path.string
            }
            return folder.lastComponent?.string ?? "model"
        }

        private func serverConfiguration() throws -> CaptionServer.Configuration {
            var configuration = CaptionServer.Configuration()
            configuration.host = numericHost
            configuration.port = port
            configuration.graceSeconds = grace
            if let apiKeyFile {
                let content: String
                do {
                    content = try String(contentsOf: apiKeyFile.path.url, encoding: .utf8)
                } catch {
                    throw UnusableToken(description: "\(apiKeyFile.path.escaped) cannot be read as a file of text")
                }
                let line = content.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
                configuration.token = try Self.token(String(line), of: apiKeyFile.path.escaped)
            } else if let token = ProcessInfo.processInfo.environment["CAPTIONER_API_KEY"], !token.isEmpty {
                configuration.token = try Self.token(token, of: "CAPTIONER_API_KEY")
            }
            return configuration
        }

        /// A static program cannot look names up.
        private var numericHost: String { host == "localhost" ? "127.0.0.1" : host }

        /// - Parameter source: where it is from, for the message.
        /// - Throws: `UnusableToken` for one that no header can bear.
        private static func token(_ text: String, of source: String) throws -> [UInt8] {
            let token = Array(text.trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{FEFF}"])).utf8)
            guard (1...4096).contains(token.count), token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw UnusableToken(
                    description: "the token of \(source) is empty, or has other bytes than visible ASCII characters")
            }
            return token
        }

        private struct UnusableToken: Error, CustomStringConvertible {
            let description: String
        }
    }

    extension ChatPrompt: ExpressibleByArgument {
        public init?(argument: String) { self.init(argument) }
        public var defaultValueDescription: String { description }
    }
#else
    import ArgumentParser

    /// `caption-images serve` of a build without it.
    struct ServeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Answers requests over HTTP, in a build with --traits Server.")

        @Argument(parsing: .captureForPassthrough, help: .hidden) var arguments: [String] = []

        func run() throws {
            throw ValidationError("this build has no server; build with: swift build -c release --traits Server")
        }
    }
#endif
