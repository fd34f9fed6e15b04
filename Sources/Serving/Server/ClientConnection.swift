#if Server
    import HTTPTypes
    import NIOCore
    import NIOHTTPTypes
    import Synchronization

    /// Looks after a connection: cancels the answer when its client has closed it, and closes what
    /// is idle, slow or no longer understood.
    ///
    /// A client that closes its half of the connection counts as gone, as it does behind most proxies; one that closes both looks
    /// the same until something is written.
    final class ClientConnection: ChannelDuplexHandler, RemovableChannelHandler, @unchecked Sendable {
        typealias InboundIn = HTTPRequestPart
        typealias InboundOut = HTTPRequestPart
        typealias OutboundIn = HTTPResponsePart
        typealias OutboundOut = HTTPResponsePart

        private struct State: Sendable {
            var hasGone = false
            var cancel: (@Sendable () -> Void)?
        }

        private let state = Mutex(State())
        private let headerTime: TimeAmount
        private let idleTime: TimeAmount
        private let bodyLimit: Int
        // What follows is touched on the event loop alone.
        private var patience: Scheduled<Void>?
        private var isLast = false

        /// - Parameters:
        ///   - headerSeconds: until the header of the first request is there.
        ///   - idleSeconds: until that of each further one is there.
        ///   - bodyLimit: larger bodies are not asked for.
        init(headerSeconds: Int, idleSeconds: Int, bodyLimit: Int) {
            headerTime = .seconds(Int64(headerSeconds))
            idleTime = .seconds(Int64(idleSeconds))
            self.bodyLimit = bodyLimit
        }

        // MARK: What the client does

        func handlerAdded(context: ChannelHandlerContext) { wait(headerTime, context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            // What follows a request that was not understood may be a part of it.
            guard !isLast else { return }
            if case .head(let head) = unwrapInboundIn(data) {
                patience?.cancel()
                let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
                if head.headerFields[.expect]?.lowercased() == "100-continue", length <= bodyLimit {
                    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
                }
            }
            context.fireChannelRead(data)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed, leave() { context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            patience?.cancel()
            _ = leave()
            context.fireChannelInactive()
        }

        // MARK: What it is answered

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            switch unwrapOutboundIn(data) {
            case .head(let head): isLast = isLast || head.headerFields[.connection] == "close"
            case .end:
                // The client has some time to read it before what it sends meets a closed socket, which may lose the answer.
                wait(isLast ? .seconds(2) : idleTime, context)
            case .body: break
            }
            context.write(data, promise: promise)
        }

        private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
            patience?.cancel()
            let channel = context.channel
            patience = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
        }

        // MARK: Answers that are being made

        /// - Returns: whether something was being answered.
        private func leave() -> Bool {
            let cancel = state.withLock { state in
                state.hasGone = true
                return state.cancel
            }
            cancel?()
            return cancel != nil
        }

        /// - Returns: false if the client has gone already.
        private func set(_ cancel: (@Sendable () -> Void)?) -> Bool {
            state.withLock { state in
                state.cancel = cancel
                return !state.hasGone
            }
        }

        /// Works on an answer as long as the client is there, beside Swift's shared threads: these are few, and an image may take
        /// a second to decode, while others want to know whether the server lives.
        /// - Throws: `CancellationError` when it has gone.
        static func required<Result: Sendable>(
            on channel: any Channel, _ work: @escaping @Sendable () async throws -> Result
        ) async throws -> Result {
            let connection = try await channel.pipeline.handler(type: ClientConnection.self).get()
            let task = Task(executorPreference: WorkExecutor.shared) { try await work() }
            defer { _ = connection.set(nil) }
            if !connection.set({ task.cancel() }) { task.cancel() }
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }
#endif
