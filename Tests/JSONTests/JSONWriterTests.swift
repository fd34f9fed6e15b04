import Testing

@testable import CaptionerJSON

@Suite struct JSONWriterTests {
    @Test func orderNumbersAndTextsAreKept() throws {
        let text =
            #"{"b": 1.50, "a": [1e5, -0, 12345678901234567890, NaN], "b": {"é\u00e9/\ud83d\ude00": "\t\u007f"}, "n": null, "t": true}"#
        let value = try JSONParser.parse(text.utf8)
        #expect(
            value.json()
                == #"{"b": 1.50, "a": [1e5, -0, 12345678901234567890, NaN], "b": {"éé/😀": "\t"# + "\u{7F}"
                + #""}, "n": null, "t": true}"#)
        #expect(value["b"]?.members?.count == 1)
    }

    @Test func stylesOfPythonAndPandas() throws {
        let value = try JSONParser.parse(#"{"a/b": ["é\u2028😀", "\u0001\b\f\r\"\\", 1]}"#.utf8)
        #expect(value.json(.python) == "{\"a/b\": [\"é\u{2028}😀\", \"\\u0001\\b\\f\\r\\\"\\\\\", 1]}")
        #expect(value.json(.pandas) == "{\"a\\/b\":[\"é\u{2028}😀\",\"\\u0001\\b\\f\\r\\\"\\\\\",1]}")
        #expect(
            value.json(.pythonASCII)
                == #"{"a/b": ["\u00e9\u2028\ud83d\ude00", "\u0001\b\f\r\"\\", 1]}"#)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\" 1}", "{a: 1}", "01", "1.", "-", "tru", "\"\\x\"", "\"a", "\"\n\"", "\"\\u12\"", "1 2",
        "{\"a\": 1,}", "+1", "[1 2]", String(repeating: "[", count: 100_000),
    ])
    func whatIsNoJSONIsAnError(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text.utf8) }
    }

    @Test func bytesThatAreNotUTF8AreAnError() {
        #expect(throws: JSONError(offset: 1, message: "not UTF-8 (0xE9)")) { try JSONParser.parse([0x22, 0xE9, 0x22]) }
    }

    @Test func halfASurrogatePairBecomesAReplacementCharacter() throws {
        #expect(try JSONParser.parse(#""\ud83dx\ude00\ud83d\u0041""#.utf8) == .string("\u{FFFD}x\u{FFFD}\u{FFFD}A"))
    }
}
