#if Server
    import CaptionerServing
    import Foundation
    import HTTPTypes
    import Hummingbird
    import NIOCore
    import Synchronization

    /// Reads the bodies of requests, within the limits of each and of all.
    final class BodyReader: Sendable {
        private let limits: ServiceLimits
        /// The bytes of bodies that are not whole yet.
        private let pending = Mutex(0)
        private let pendingLimit: Int

        init(_ limits: ServiceLimits) {
            self.limits = limits
            pendingLimit = 32 * limits.bodySize
        }

        /// - Throws: `ServiceError`; `CancellationError` when the client has gone.
        func body(of request: Request) async throws -> Data {
            let length = max(0, request.headers[.contentLength].flatMap(Int.init) ?? 0)
            if length > limits.bodySize { throw tooLarge }
            let seconds = limits.bodySeconds
            return try await withThrowingTaskGroup(of: Data.self) { group in
                group.addTask { try await self.bytes(of: request, length: length) }
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    throw ServiceError.bodyTimeout(seconds: seconds)
                }
                defer { group.cancelAll() }
                guard let data = try await group.next() else { throw CancellationError() }
                return data
            }
        }

        private var tooLarge: ServiceError { .tooLarge("the body is larger than \(limits.bodySize) bytes") }

        private func bytes(of request: Request, length: Int) async throws -> Data {
            var data = Data()
            // Grown piece by piece it would have twice the room that it needs.
            data.reserveCapacity(length)
            var count = 0
            defer { pending.withLock { $0 -= count } }
            do {
                for try await buffer in request.body {
                    count += buffer.readableBytes
                    let all = pending.withLock { pending in
                        pending += buffer.readableBytes
                        return pending
                    }
                    guard count <= limits.bodySize else { throw tooLarge }
                    guard all <= pendingLimit else { throw ServiceError.tooManyBodies }
                    data.append(contentsOf: buffer.readableBytesView)
                }
            } catch let error where !(error is ServiceError || error is CancellationError) {
                throw ServiceError.invalid("the body is no HTTP: \(error)")
            }
            return data
        }
    }
#endif
