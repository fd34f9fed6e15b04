import CaptionerJSON
import Testing

/// Texts that look the same to a person, and other bytes than UTF-8.
@Suite struct ExactTextTests {
    private let composed = "caf\u{E9}"
    private let decomposed = "cafe\u{301}"

    @Test func stringsAreTheirBytes() {
        #expect(composed == decomposed)
        #expect(ExactString(composed) != ExactString(decomposed))
        #expect(Set([ExactString(composed), ExactString(decomposed), "caf\u{E9}"]).count == 2)
        #expect(ExactString(decomposed) < ExactString(composed))
        #expect(!composed.hasSameBytes(as: decomposed))
    }

    @Test func membersAreFoundByTheirBytes() throws {
        let value = try JSONParser.parse(#"{"\#(composed)": 1, "\#(decomposed)": 2}"#.utf8, .strict)
        #expect(value[composed] == .number("1"))
        #expect(value[decomposed] == .number("2"))
        #expect(JSONValue.string(composed) != .string(decomposed))
        #expect(JSONMember("a", .string(composed)) != JSONMember("a", .string(decomposed)))
    }

    @Test func ofRepeatedNamesTheLastCounts() throws {
        #expect(try JSONParser.parse(#"{"a": 1, "a": 2}"#.utf8)["a"] == .number("2"))
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x7B, 0x00], "text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
            ([0xFE, 0xFF, 0x00, 0x7B], "text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
            ([0x00, 0x00, 0xFE, 0xFF, 0x00, 0x00, 0x00, 0x7B], "text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
            ([0x00, 0x00, 0x00, 0x7B], "text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
            ([0x7B, 0x00, 0x00, 0x00], "text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
            ([0x00, 0x00, 0x00, 0x00], "unexpected character at byte 0"),
            ([0x7B, 0x00, 0x7D, 0x00], "text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
            (
                [0xEF, 0xBB, 0xBF, 0x7B, 0x7D],
                "a byte order mark, which only the beginning of a file may have, at byte 0"
            ),
            ([0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0x62, 0xE9, 0x22, 0x7D], "not UTF-8 (0xE9) at byte 7"),
            ([0x5B, 0xE9, 0x5D], "not UTF-8 (0xE9) at byte 1"),
            ([0x5B, 0xC3, 0xA9, 0x5D], "unexpected character at byte 1"),
            ([0x22, 0xC3], "not UTF-8 (0xC3) at byte 1"),
        ] as [([UInt8], String)])
    func bytesThatAreNotJSONAreNamed(bytes: [UInt8], cause: String) throws {
        let error = try #require(throws: JSONError.self) { try JSONParser.parse(bytes) }
        #expect(error.cause == cause)
    }

    @Test func anObjectIsExpected() throws {
        for (text, cause) in [
            ("[1]", "expected an object, found an array"), ("\"a\"", "expected an object, found a string"),
        ] {
            let error = try #require(throws: JSONError.self) { try JSONParser.parseObject(text.utf8) }
            #expect(error.message == cause)
        }
    }
}
