import Foundation
import TestSupport
import Testing

@testable import CaptionerFiles
@testable import CaptionerServing

@Suite(.timeLimit(.minutes(45))) struct RequestReaderTests {
    private func lines(of text: String, limit: Int) throws -> [InputLine] {
        let pipe = Pipe()
        Thread.detachNewThread {
            try? pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try? pipe.fileHandleForWriting.close()
        }
        var reader = RequestReader(descriptor: pipe.fileHandleForReading.fileDescriptor, lineLimit: limit)
        var lines: [InputLine] = []
        try Watchdog.guarding { while let line = try reader.next() { lines.append(line) } }
        return lines
    }

    @Test func linesEndWithBreaksOrWithTheInput() throws {
        func bytes(_ text: String) -> InputLine { .bytes(Array(text.utf8)) }
        #expect(try lines(of: "", limit: 9) == [])
        #expect(try lines(of: "\n", limit: 9) == [bytes("")])
        #expect(try lines(of: "a\n\nb\r\n", limit: 9) == [bytes("a"), bytes(""), bytes("b\r")])
        #expect(try lines(of: "a\nb", limit: 9) == [bytes("a"), bytes("b")])
    }

    @Test func aByteOrderMarkMayBeginTheInput() throws {
        let lines = try lines(of: "\u{FEFF}a\n\u{FEFF}b\n", limit: 9)
        #expect(lines == [.bytes([97]), .bytes(Array("\u{FEFF}b".utf8))])
    }

    /// Lines around the limit, and far longer than the buffer: what follows them is read.
    @Test(arguments: [0, 1, 5, 70_000, 1 << 20]) func linesThatAreTooLong(excess: Int) throws {
        let limit = 100_000
        let long = String(repeating: "x", count: limit + excess)
        let expected: InputLine = excess == 0 ? .bytes(Array(long.utf8)) : .tooLong(limit: limit)
        #expect(try lines(of: "a\n\(long)\nb\n", limit: limit) == [.bytes([97]), expected, .bytes([98])])
        #expect(try lines(of: long, limit: limit) == [expected])
    }
}
