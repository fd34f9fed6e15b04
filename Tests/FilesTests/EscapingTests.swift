import CaptionerFiles
import Foundation
import SystemPackage
import Testing

@Suite struct EscapingTests {
    @Test(
        arguments: [
            (Array("a/b c.jpg".utf8), "a/b c.jpg"), (Array("caf\u{E9}.jpg".utf8), "caf\u{E9}.jpg"),
            (Array("100%.jpg".utf8), "100%.jpg"), (Array("a%20b".utf8), "a%20b"),
            (Array("caf%C3%A9".utf8), "caf%C3%A9"),
            ([0x63, 0xE9, 0x2E, 0x6A], "c%E9.j"), ([0x25, 0x41, 0x0A, 0xFF], "%25A\n%FF"),
            // What could be taken for one of these is escaped itself.
            (Array("c%E9.j".utf8), "c%25E9.j"), (Array("c%25E9.j".utf8), "c%2525E9.j"),
            (Array("%C3%25A9".utf8), "%25C3%2525A9"), (Array("%25C3%25A9".utf8), "%25C3%25A9"),
        ] as [([UInt8], String)])
    func pathsAndTexts(bytes: [UInt8], text: String) {
        #expect(FilePath(bytes: bytes).escaped == text)
        #expect(FilePath(escaped: text).bytes == bytes)
    }

    /// No two paths have the same text, and each text leads back, over all short paths of awkward bytes.
    @Test func noTwoPathsHaveOneText() {
        let letters = Array("%25E9a".utf8) + [0xE9, 0xC3, 0xA9]
        var texts: [String: [UInt8]] = [:]
        var paths: [[UInt8]] = [[]]
        for _ in 0..<5 {
            paths = paths.flatMap { path in letters.map { path + [$0] } }
            for path in paths {
                let text = FilePath(bytes: path).escaped
                #expect(FilePath(escaped: text).bytes == path)
                #expect(texts.updateValue(path, forKey: text) == nil)
            }
        }
    }

    @Test(
        arguments: [
            (Array("a/b-1.json".utf8), "a/b-1.json"), (Array("a b".utf8), "'a b'"), (Array("it's".utf8), #"'it'\''s'"#),
            (Array("caf\u{E9}".utf8), "'caf\u{E9}'"), ([], "''"), (Array("-x".utf8), "./-x"), (Array("~".utf8), "'~'"),
            ([0x63, 0xE9, 0x27, 0x5C, 0x61], #"$'c\xE9\'\\a'"#), (Array("a\nb".utf8), #"$'a\x0Ab'"#),
        ] as [([UInt8], String)])
    func pathsAsWordsOfAShell(bytes: [UInt8], word: String) throws {
        let path = GivenPath(FilePath(bytes: bytes))
        #expect(path.shellWord == word)
    }

    /// Foundation's addresses lead back to the bytes of a path, be they UTF-8 or not.
    @Test(
        arguments: [
            [0x63, 0xE9], Array("f%E9/a b?#;:~".utf8), Array("~/x".utf8), Array("caf\u{E9}/cafe\u{301}".utf8),
            Array("/\u{301}a".utf8), [0xFF, 0x2F, 0x25],
        ] as [[UInt8]])
    func pathsAndAddresses(bytes: [UInt8]) throws {
        let path = FilePath(bytes: Array("/x/".utf8) + bytes)
        #expect(path.url.isFileURL && FilePath(path.url).bytes == path.bytes)
        #expect(FilePath(path.url.appendingPathComponent("b")).bytes == path.bytes + Array("/b".utf8))
        let relative = FilePath(bytes: bytes)
        #expect(FilePath(relative.url).bytes == relative.anchored.bytes)
        guard let text = String(validating: path.bytes, as: UTF8.self) else { return }
        #expect(FilePath(URL(fileURLWithPath: text)).bytes == path.bytes)
    }

    @Test func argumentsThatAreNotUTF8LeadToTheirFiles() {
        let odd: [UInt8] = [0x63, 0xE9]
        let arguments = ArgumentPaths([Array("a".utf8), odd, Array("c%E9".utf8), Array("--output=".utf8) + odd])
        #expect(arguments.arguments[0] == "a")
        #expect(arguments.path(arguments.arguments[1]).bytes == odd)
        #expect(arguments.path(arguments.arguments[2]).bytes == Array("c%E9".utf8))
        #expect(arguments.path(String(arguments.arguments[3].dropFirst(9))).bytes == odd)
    }

    @Test func longTextsAreCutForMessages() {
        #expect(String(repeating: "a", count: 400).shortened.utf8.count == 400)
        let cut = String(repeating: "\u{E9}", count: 300).shortened
        #expect(cut == String(repeating: "\u{E9}", count: 100) + "... (600 bytes)")
    }
}
