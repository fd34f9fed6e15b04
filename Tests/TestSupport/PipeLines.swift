public import Foundation

extension Pipe {
    /// The next line, without its break; empty at the end. Blocks, but not for ever.
    public func nextLine(within seconds: TimeInterval = Watchdog.limit) -> String {
        let end = Date(timeIntervalSinceNow: seconds)
        let descriptor = fileHandleForReading.fileDescriptor
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wanted, 1, Int32(max(0, end.timeIntervalSinceNow) * 1000))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return "nothing came within \(Int(seconds)) seconds, after: \(text(line))" }
            guard read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") else { return text(line) }
            line.append(byte)
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
