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

    /// As Python's `json` keeps them.
    @Test func halvesOfSurrogatePairsAreKept() throws {
        let text = #"["\ud83dx/\ude00é😀\ud83d", "\ude00\ud83d", "\ud83d\ud83d\"", "\ud800\n"]"#
        let value = try JSONParser.parse(text.utf8)
        #expect(value.json() == text)
        #expect(try JSONParser.parse(value.json(.pandas).utf8) == value)
        #expect(value.json(.pythonASCII) == text.replacing("é😀", with: #"\u00e9\ud83d\ude00"#))
        #expect(value.elements?[0].text == nil)
        #expect(value.elements?[0].readableText == "\u{FFFD}x/\u{FFFD}é😀\u{FFFD}")
        #expect(value.elements?[0] != value.elements?[1])
        #expect(try JSONParser.parse(#""\ud83d\u0041\ud83d\ude00""#.utf8).json() == #""\ud83dA😀""#)
    }

    @Test func halvesOfSurrogatePairsInNamesAreErrors() {
        #expect(throws: JSONError(offset: 1, message: "a name with half of a surrogate pair")) {
            try JSONParser.parse(#"{"a\ud83d": 1}"#.utf8)
        }
        #expect(throws: JSONError.self) { try JSONParser.parse(#"{"a\ud83d": 1}"#.utf8, .strict) }
    }

    @Test func rowsKeepHalvesOfSurrogatePairsInNames() throws {
        let text = #"{"\ud83d": 1, "\ud83e": {"x\udfff": NaN}, "\ud83d": 2, "�": 3}"#
        let value = try JSONParser.parse(text.utf8, .row)
        #expect(value.json() == text)
        #expect(value["\u{FFFD}"]?.integer == 3)
        #expect(try value != JSONParser.parse(text.replacing(#"\ud83e"#, with: #"\ud83f"#).utf8, .row))
        let (members, ranges, hasIllFormedKeys) = try JSONParser.parseObject(text.utf8)
        #expect(members == value.members && ranges.count == 4 && hasIllFormedKeys)
        #expect(try JSONParser.parseObject(#"{"a": [{"\ud83d": 1}]}"#.utf8).hasIllFormedKeys)
        #expect(try !JSONParser.parseObject(#"{"a": "\ud83d"}"#.utf8).hasIllFormedKeys)
    }
}
