#if Server
    import Foundation

    /// A connection of TCP to a server of this machine, and what HTTP answers on it.
    ///
    /// It waits on a thread of its own: Swift's shared threads, of which there may be two, have to answer.
    actor Connection {
        struct Answer: Sendable {
            var status: Int
            var headers: [String: String]
            var body: Data

            var text: String { String(decoding: body, as: UTF8.self) }
        }

        struct Failure: Error, CustomStringConvertible {
            let description: String
        }

        private let executor = QueueExecutor()
        private let descriptor: Int32
        private var received = Data()

        /// - Parameter seconds: how long to wait for bytes.
        init(port: Int, seconds: Int = 60) throws {
            #if os(Linux)
                let kind = Int32(SOCK_STREAM.rawValue)
            #else
                let kind = SOCK_STREAM
            #endif
            descriptor = socket(AF_INET, kind, 0)
            var patience = timeval(tv_sec: seconds, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
        }

        deinit { close(descriptor) }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func send(_ data: Data) throws {
            var rest = data
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
                rest = rest.dropFirst(count)
            }
        }

        /// Sends a request.
        func send(
            _ method: String, _ path: String, headers: [String] = [], body: Data? = nil
        ) throws {
            var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
            for header in headers { head += header + "\r\n" }
            if let body { head += "Content-Length: \(body.count)\r\n" }
            try send(Data("\(head)\r\n".utf8) + (body ?? Data()))
        }

        func request(
            _ method: String, _ path: String, headers: [String] = [], body: Data? = nil
        ) throws -> Answer {
            try send(method, path, headers: headers, body: body)
            return try answer()
        }

        /// The next answer, whole.
        func answer() throws -> Answer {
            let head = try read(through: "\r\n\r\n")
            let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
            guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw Failure(description: "no status: \(lines[0])")
            }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 {
                    headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
            var body = Data()
            if let length = headers["content-length"].flatMap({ Int($0) }) {
                body = try read(count: length)
            } else if headers["transfer-encoding"] == "chunked" {
                while true {
                    let size = String(decoding: try read(through: "\r\n").dropLast(2), as: UTF8.self)
                    let chunk = try read(count: (Int(size, radix: 16) ?? 0) + 2).dropLast(2)
                    if chunk.isEmpty { break }
                    body += chunk
                }
            }
            return Answer(status: status, headers: headers, body: body)
        }

        /// Reads up to and with these bytes.
        func read(through end: String) throws -> Data {
            while true {
                if let range = received.range(of: Data(end.utf8)) {
                    let data = Data(received[..<range.upperBound])
                    received = Data(received[range.upperBound...])
                    return data
                }
                try receive()
            }
        }

        private func read(count: Int) throws -> Data {
            while received.count < count { try receive() }
            let data = Data(received.prefix(count))
            received = Data(received.dropFirst(count))
            return data
        }

        private func receive() throws {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                throw Failure(description: count == 0 ? "closed" : "recv: \(String(cString: strerror(errno)))")
            }
            received += buffer[..<count]
        }
    }

    /// Runs jobs on a queue.
    private final class QueueExecutor: SerialExecutor {
        private let queue = DispatchQueue(label: "connection")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }
#endif
