import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerFiles

@Suite struct LineReaderTests {
    /// Made by `printf 'one\n\ntwo' | gzip -n`.
    private let compressed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xCB, 0xCF, 0x4B, 0xE5, 0xE2, 0x2A, 0x29, 0xCF,
        0x07, 0x00, 0x9E, 0x6F, 0xDF, 0x24, 0x08, 0x00, 0x00, 0x00,
    ]

    @Test func linesPlainAndCompressed() throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("\u{FEFF}one\n\ntwo", as: "plain").path
        #expect(try lines(plain) == ["one", "", "two"])
        let gzip = try folder.write(compressed, as: "gzip").path
        #expect(try lines(gzip) == ["one", "", "two"])
        // Files that were compressed one by one and concatenated are one.
        let both = try folder.write(compressed + compressed, as: "both").path
        #expect(try lines(both) == ["one", "", "twoone", "", "two"])
    }

    @Test func aCompressedFileThatIsCutOffIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(compressed.dropLast(6)), as: "cut").path
        #expect(throws: FileError.self) { try lines(path) }
    }

    /// As Python's `gzip` has it: zero bytes are padding, members after them are read, and nothing else may be there.
    @Test func whatFollowsAMember() throws {
        let folder = try TemporaryFolder()
        let padding = [UInt8](repeating: 0, count: 600_000)
        let padded = try folder.write(compressed + padding + compressed + [0], as: "padded").path
        #expect(try lines(padded) == ["one", "", "twoone", "", "two"])
        for (foreign, digits) in [(Array("{\"text\": 1}\n".utf8), "7B22"), ([0x1F], "1F"), ([0, 0x41], "41")] {
            let path = try folder.write(compressed + foreign, as: "followed").path
            let error = #expect(throws: FileError.self) { try lines(path) }
            let offset = compressed.count + (foreign[0] == 0 ? 1 : 0)
            #expect(
                error
                    == .unreadableFile(
                        path: path,
                        cause:
                            "after the compressed data, at byte \(offset), there is something that is no gzip (0x\(digits))"
                    ))
        }
    }

    @Test func damageIsNamedWithItsFile() throws {
        let folder = try TemporaryFolder()
        for (offset, cause) in [
            (23, "incorrect data check"), (27, "incorrect length check"), (2, "unknown compression method"),
        ] {
            var bytes = compressed
            bytes[offset] ^= 0x55
            let path = try folder.write(bytes, as: "damaged").path
            #expect(
                throws: FileError.unreadableFile(path: path, cause: "the compressed data is damaged: \(cause)")
            ) {
                try lines(path)
            }
        }
    }

    @Test func foldersAndAddressesAreNamed() throws {
        let folder = try TemporaryFolder()
        #expect(
            throws: FileError.unreadableFile(path: folder.url.path, cause: "it is a folder, expected a file")
        ) { try lines(folder.url.path) }
        for (address, cause) in [
            ("https://a.org/b.jsonl", "an address (https:), and nothing is fetched; download the file first"),
            ("s3://bucket/b.jsonl", "an address (s3:), and nothing is fetched; download the file first"),
            ("file:/no/such.jsonl", "an address (file:), expected a path"),
            ("no:/such.jsonl", "an address (no:), and nothing is fetched; download the file first"),
            ("no:such.jsonl", "No such file or directory"),
        ] {
            let error = #expect(throws: FileError.self) { try lines(address) }
            let name = address == "no:/such.jsonl" ? "no://such.jsonl" : address
            #expect(error == .unreadableFile(path: name, cause: cause))
        }
    }

    @Test func aLineLongerThanTheBuffer() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "x", count: 700_000)
        let path = try folder.write("a\n\(long)\nb\n", as: "long").path
        #expect(try lines(path) == ["a", long, "b"])
    }

    @Test func aMissingFileIsNamed() {
        let error = FileError.unreadableFile(path: "/no/such.jsonl", cause: "No such file or directory")
        #expect(throws: error) { try LineReader(path: "/no/such.jsonl") }
    }

    /// A pipe may never give anything, and is gone when it is read again.
    @Test func pipesAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path("pipe.jsonl"), 0o600) == 0)
        #expect(throws: FileError.self) { try LineReader(path: FilePath(folder.path("pipe.jsonl"))) }
    }

    @Test func longLinesArePassedOver() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("12345\n123456\n1\n\n1234567", as: "lines")
        let reader = try LineReader(path: FilePath(file.path), lineLimit: 5)
        var lines: [InputLine] = []
        while let line = try reader.next() { lines.append(line) }
        #expect(
            lines == [
                .bytes(Array("12345".utf8)), .tooLong(limit: 5), .bytes(Array("1".utf8)), .bytes([]),
                .tooLong(limit: 5),
            ])
        #expect(reader.lineCount == 5)
    }

    private func lines(_ path: String) throws -> [String] {
        let reader = try LineReader(path: FilePath(path))
        var lines: [String] = []
        while let line = try reader.next() { lines.append(String(decoding: try line.read(), as: UTF8.self)) }
        return lines
    }
}
