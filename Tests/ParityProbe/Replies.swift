import Foundation

/// Lines of JSON in, lines of JSON and bytes out.
enum Replies {
    /// The next request, or `nil` at the end.
    static func next<Request: Decodable>(_ type: Request.Type) throws -> Request? {
        try readLine().map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// Writes a line, and `payloads` right after it.
    static func send(_ reply: some Encodable, payloads: [UnsafeRawBufferPointer] = []) throws {
        try write(JSONEncoder().encode(reply) + Data("\n".utf8))
        for payload in payloads { try write(Data(payload)) }
    }

    private static func write(_ data: Data) throws {
        try FileHandle.standardOutput.write(contentsOf: data)
    }

    /// What `body` returns, and how many seconds it kept the processor busy: others may want it at the same time.
    static func timed<Result>(_ body: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
        let start = processorSeconds()
        let result = try body()
        return (result, processorSeconds() - start)
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
