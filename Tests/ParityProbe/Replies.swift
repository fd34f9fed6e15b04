import Foundation

/// Lines of JSON in, lines of JSON and bytes out.
enum Replies {
    /// The next request, or `nil` at the end.
    static func next<Request: Decodable>(_ type: Request.Type) throws -> Request? {
        try readLine().map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// Writes a line, and `payloads` right behind it.
    static func send(_ reply: some Encodable, payloads: [UnsafeRawBufferPointer] = []) throws {
        try write(JSONEncoder().encode(reply) + Data("\n".utf8))
        for payload in payloads { try write(Data(payload)) }
    }

    private static func write(_ data: Data) throws {
        try FileHandle.standardOutput.write(contentsOf: data)
    }

    /// What `body` returns, and how many seconds it took.
    static func timed<Result>(_ body: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try body()
        return (result, (clock.now - start) / .seconds(1))
    }
}
