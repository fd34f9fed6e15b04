import ArgumentParser
import Foundation

/// `caption-images health`: asks a server whether it lives, for containers that have no other program.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Asks a server of this machine whether it lives; for containers.")

    @Option(help: "The port that it listens on.")
    var port: UInt16 = 8080

    @Flag(help: "Ask whether it answers requests already, too.")
    var ready = false

    func run() throws {
        let path = ready ? "/ready" : "/health"
        guard let status = Self.status(path, port: port) else {
            throw CleanExit.failure("no server answers on port \(port)")
        }
        guard status == "200" else { throw CleanExit.failure("the server says \(status) of \(path)") }
        print("ok")
    }

    /// The status of an answer on 127.0.0.1, nil if there is none within a few seconds.
    private static func status(_ path: String, port: UInt16) -> String? {
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return nil }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, 0) == request.count else { return nil }
        var answer = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &answer, answer.count, 0)
        guard count > 0 else { return nil }
        // "HTTP/1.1 200 OK"
        return String(decoding: answer[..<count], as: UTF8.self).split(separator: " ").dropFirst().first.map(
            String.init)
    }
}

extension CleanExit {
    /// A message on standard error, and status 1.
    fileprivate static func failure(_ message: String) -> any Error {
        Console.write("caption-images: \(message)\n")
        return ExitCode(1)
    }
}
