#if Server
    import NIOCore
    import Synchronization

    /// Cancels the answer when its client has gone: nobody reads it any more.
    ///
    /// A client that closes its half of the connection counts as gone, as it does behind most proxies; one that closes both looks
    /// the same until something is written.
    final class ClientPresence: ChannelInboundHandler, RemovableChannelHandler, Sendable {
        typealias InboundIn = Any

        private struct State: Sendable {
            var hasGone = false
            var cancel: (@Sendable () -> Void)?
        }

        private let state = Mutex(State())

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed, leave() { context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            _ = leave()
            context.fireChannelInactive()
        }

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

        /// Works on an answer as long as the client is there.
        /// - Throws: `CancellationError` when it has gone.
        static func required<Result: Sendable>(
            on channel: any Channel, _ work: @escaping @Sendable () async throws -> Result
        ) async throws -> Result {
            let presence = try await channel.pipeline.handler(type: ClientPresence.self).get()
            let task = Task { try await work() }
            defer { _ = presence.set(nil) }
            if !presence.set({ task.cancel() }) { task.cancel() }
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }
#endif
