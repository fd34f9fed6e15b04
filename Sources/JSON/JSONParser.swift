/// Reads JSON (RFC 8259) from bytes.
///
/// The time is linear in the number of bytes, and depth is limited, so that no input can exhaust the stack.
package struct JSONParser {
    /// What is accepted besides RFC 8259.
    package enum Dialect: Sendable {
        /// Nothing: an object that repeats a name and half a surrogate pair are errors. For formats where a second
        /// reading of the same bytes would be a risk.
        case strict
        /// What Python's `json` accepts: `NaN`, `Infinity` and `-Infinity`, repeated names, all of which are kept, and
        /// half a surrogate pair written as an escape (`JSONValue.illFormedString`), but in names.
        case python
        /// The same, and half a surrogate pair in names as well (`JSONMember.illFormedKey`). For rows, of whose names few
        /// are looked at.
        case row

        /// How deep arrays and objects may be nested.
        var depthLimit: Int { self == .strict ? 64 : 256 }
    }

    let bytes: UnsafeRawBufferPointer
    let dialect: Dialect
    var position = 0
    private var depth = 0
    private var hasIllFormedKeys = false

    /// Reads one value and nothing after it.
    /// - Throws: `JSONError`.
    package static func parse(
        _ text: some Sequence<UInt8>, _ dialect: Dialect = .python
    ) throws(JSONError) -> JSONValue {
        try withBytes(text, dialect) { (parser: inout JSONParser) throws(JSONError) in
            let value = try parser.value()
            try parser.end()
            return value
        }
    }

    /// Reads an object that is a row, where in the bytes its members' values are, and whether there are names in it, at
    /// any depth, with half of a surrogate pair.
    /// - Throws: `JSONError`, also when it is not an object.
    package static func parseObject(
        _ text: some Sequence<UInt8>
    ) throws(JSONError) -> (members: [JSONMember], valueRanges: [Range<Int>], hasIllFormedKeys: Bool) {
        try withBytes(text, .row) { (parser: inout JSONParser) throws(JSONError) in
            parser.skipSpace()
            guard parser.peek == UInt8(ascii: "{") else { throw parser.notAnObject() }
            let (members, ranges) = try parser.object()
            try parser.end()
            return (members, ranges, parser.hasIllFormedKeys)
        }
    }

    private static func withBytes<Result>(
        _ text: some Sequence<UInt8>, _ dialect: Dialect, _ work: (inout JSONParser) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        func run(_ buffer: UnsafeRawBufferPointer) -> Swift.Result<Result, JSONError> {
            var parser = JSONParser(bytes: buffer, dialect: dialect)
            return Swift.Result { () throws(JSONError) in
                try parser.checkEncoding()
                return try work(&parser)
            }
        }
        // Arrays and their slices lie in one piece; anything else is laid into one.
        let direct = text.withContiguousStorageIfAvailable { run(UnsafeRawBufferPointer($0)) }
        return try (direct ?? Array(text).withUnsafeBytes { run($0) }).get()
    }

    private init(bytes: UnsafeRawBufferPointer, dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    /// Names what cannot be JSON in UTF-8 from its first bytes.
    private func checkEncoding() throws(JSONError) {
        if Self.isWideText(bytes) { throw error("text in UTF-16 or UTF-32, expected UTF-8,") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw error("a byte order mark, which only the beginning of a file may have,")
        }
    }

    /// Whether bytes begin as text in UTF-16 or UTF-32 does: with a byte order mark, or with ASCII between zeros.
    package static func isWideText(_ bytes: some Sequence<UInt8>) -> Bool {
        let start = Array(bytes.prefix(4))
        guard start.count >= 2 else { return false }
        return start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
            || (start[0] == 0) != (start[1] == 0)
            // Both of UTF-32 with the highest byte first.
            || start == [0, 0, 0xFE, 0xFF] || start.count == 4 && start[..<3] == [0, 0, 0] && start[3] != 0
    }

    private func notAnObject() -> JSONError {
        switch peek {
        case nil: error("expected an object, found the end")
        case UInt8(ascii: "["): error("expected an object, found an array")
        case UInt8(ascii: "\""): error("expected an object, found a string")
        default: error("expected an object")
        }
    }

    @inline(__always)
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    func error(_ message: String) -> JSONError { JSONError(offset: position, message: message) }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func end() throws(JSONError) {
        skipSpace()
        if peek != nil { throw error("unexpected characters after the end") }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { return false }
        position += count
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard let first = peek else { throw error("unexpected end") }
        let isPython = dialect != .strict
        switch first {
        case UInt8(ascii: "{"): return .object(try object().members)
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "t") where take(word: "true"): return .bool(true)
        case UInt8(ascii: "f") where take(word: "false"): return .bool(false)
        case UInt8(ascii: "n") where take(word: "null"): return .null
        case UInt8(ascii: "N") where isPython && take(word: "NaN"): return .number("NaN")
        case UInt8(ascii: "I") where isPython && take(word: "Infinity"): return .number("Infinity")
        case UInt8(ascii: "-") where isPython && take(word: "-Infinity"): return .number("-Infinity")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default:
            // Between values everything is ASCII.
            throw first < 0x80 ? error("unexpected character") : invalidBytes(from: position)
        }
    }

    private mutating func nested<Result>(
        _ work: (inout JSONParser) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= dialect.depthLimit else { throw error("nested more than \(dialect.depthLimit) deep") }
        position += 1
        return try work(&self)
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try nested { (parser: inout JSONParser) throws(JSONError) in
            var elements: [JSONValue] = []
            parser.skipSpace()
            if parser.take("]") { return elements }
            while true {
                elements.append(try parser.value())
                parser.skipSpace()
                if parser.take("]") { return elements }
                guard parser.take(",") else { throw parser.error("expected ',' or ']'") }
            }
        }
    }

    private mutating func object() throws(JSONError) -> (members: [JSONMember], valueRanges: [Range<Int>]) {
        try nested { (parser: inout JSONParser) throws(JSONError) in
            var members: [JSONMember] = []
            var ranges: [Range<Int>] = []
            var keys: Set<ExactString> = []
            parser.skipSpace()
            if parser.take("}") { return (members, ranges) }
            while true {
                parser.skipSpace()
                guard parser.peek == UInt8(ascii: "\"") else {
                    throw parser.error("expected a key in quotation marks")
                }
                let keyStart = parser.position
                let name = try parser.string()
                var illFormedKey: [UInt16]?
                if case .illFormedString(let units) = name {
                    guard parser.dialect == .row else {
                        throw JSONError(offset: keyStart, message: "a name with half of a surrogate pair")
                    }
                    illFormedKey = units
                    parser.hasIllFormedKeys = true
                }
                let key = ExactString(name.readableText ?? "")
                if parser.dialect == .strict, !keys.insert(key).inserted {
                    throw JSONError(offset: keyStart, message: "the key \"\(key)\" appears more than once")
                }
                parser.skipSpace()
                guard parser.take(":") else { throw parser.error("expected ':'") }
                parser.skipSpace()
                let start = parser.position
                var member = JSONMember(key, try parser.value())
                member.illFormedKey = illFormedKey
                members.append(member)
                ranges.append(start..<parser.position)
                parser.skipSpace()
                if parser.take("}") { return (members, ranges) }
                guard parser.take(",") else { throw parser.error("expected ',' or '}'") }
            }
        }
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take("-")
        // A number does not start with a 0 that says nothing.
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw error("expected a digit") }
    }
}
