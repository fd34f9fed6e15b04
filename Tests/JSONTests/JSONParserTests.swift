import Testing

@testable import CaptionerJSON

struct JSONParserTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue {
        try JSONParser.parse(Array(text.utf8), .strict)
    }

    @Test func readsEveryKindOfValue() throws {
        #expect(try parse(" null ") == .null)
        #expect(try parse("true") == .bool(true))
        #expect(try parse("false") == .bool(false))
        #expect(try parse("[ ]") == .array([]))
        #expect(try parse("{ }") == .object([]))
        #expect(
            try parse(#"{"b":[1,{"c":null}], "a" : "x"}"#)
                == .object([
                    JSONMember("b", .array([.number("1"), .object([JSONMember("c", .null)])])),
                    JSONMember("a", .string("x")),
                ]))
        for number in ["0", "-0", "10", "-1.5", "1e5", "1E+05", "0.25e-3"] {
            #expect(try parse(number) == .number(number))
        }
        #expect(try parse(#""\"\\\/\b\f\n\r\té\u00E9\ud83D\uDE00""#) == .string("\"\\/\u{8}\u{C}\n\r\téé😀"))
    }

    @Test(arguments: [
        ("", "unexpected end at byte 0"), ("[1", "expected ',' or ']' at byte 2"),
        ("[1,]", "unexpected character at byte 3"),
        ("{\"a\":1", "expected ',' or '}' at byte 6"), ("{\"a\" 1}", "expected ':' at byte 5"),
        ("{a:1}", "expected a key in quotation marks at byte 1"),
        ("{\"a\":1,}", "expected a key in quotation marks at byte 7"),
        ("{\"a\":1,\"a\":2}", "the key \"a\" appears more than once at byte 7"),
        ("01", "unexpected characters after the end at byte 1"),
        ("-", "expected a digit at byte 1"), ("1.", "expected a digit at byte 2"), ("1e", "expected a digit at byte 2"),
        ("+1", "unexpected character at byte 0"), ("nul", "unexpected character at byte 0"),
        ("NaN", "unexpected character at byte 0"),
        ("\"a", "a string that does not end at byte 2"), ("\"\\", "a string that does not end at byte 2"),
        ("\"\n\"", "a control character in a string at byte 1"), ("\"\\x\"", "an unknown escape in a string at byte 3"),
        ("\"\\u12\"", "expected a hexadecimal digit at byte 5"), ("\"\\uD800\"", "half of a surrogate pair at byte 7"),
        ("\"\\uD800\\u0041\"", "half of a surrogate pair at byte 13"),
        ("\"\\uDC00\"", "half of a surrogate pair at byte 7"),
    ])
    func refusesWhatIsNotJSON(text: String, failure: String) throws {
        let error = try #require(throws: JSONError.self) { try parse(text) }
        #expect(error.cause == failure)
    }

    @Test func depthIsLimited() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try parse(deep) }
        let deeper = try #require(throws: JSONError.self) {
            try parse(String(repeating: "[", count: 1_000_000))
        }
        #expect(deeper.message == "nested more than 64 deep")
    }

    @Test func sizesArePlainDigits() {
        #expect(JSONValue.number("12").size == 12)
        for value: JSONValue in [
            .number("-1"), .number("1.0"), .number("1e2"), .number("9223372036854775808"), .string("1"), .null,
        ] {
            #expect(value.size == nil)
        }
    }
}
