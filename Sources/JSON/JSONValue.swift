/// A JSON value that keeps what other representations lose: the order of an object's members, names that differ in bytes
/// alone, repeated names, and how numbers are written.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number as it was written, also `NaN`, `Infinity` and `-Infinity`, which Python writes.
    case number(String)
    case string(String)
    /// A string in which half of a surrogate pair is alone (`"\ud800"`), as UTF-16. Python reads and writes such
    /// strings; no `String` can hold one.
    case illFormedString([UInt16])
    case array([JSONValue])
    case object([JSONMember])

    package static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// The text, if this is one.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The text for people to read, with U+FFFD for each half of a surrogate pair.
    package var readableText: String? {
        if case .illFormedString(let units) = self { String(decoding: units, as: UTF16.self) } else { text }
    }

    /// The elements, if this is an array.
    package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members, if this is an object.
    package var members: [JSONMember]? { if case .object(let members) = self { members } else { nil } }

    /// The whole number, if this is one that fits.
    package var integer: Int? { if case .number(let literal) = self { Int(literal) } else { nil } }

    /// The number, if this is one.
    package var double: Double? { if case .number(let literal) = self { Double(literal) } else { nil } }

    /// The integer of 0 and above that was written without fraction and exponent, if this is one that fits.
    package var size: Int? {
        guard case .number(let digits) = self, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }

    package var isNull: Bool { if case .null = self { true } else { false } }

    /// What the value is, for messages.
    package var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .illFormedString: "a string with half of a surrogate pair"
        case .number(let digits): digits
        case .bool(let value): "\(value)"
        case .null: "null"
        }
    }

    /// An object's member; of several with one name the last, as Python has it.
    package subscript(key: String) -> JSONValue? { members?.value(of: key) }
}

extension JSONValue: Equatable {
    /// Texts are equal if their bytes are.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)), (.string(let left), .string(let right)):
            left.hasSameBytes(as: right)
        case (.illFormedString(let left), .illFormedString(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// A name and its value.
package struct JSONMember: Sendable, Equatable {
    package var key: ExactString
    /// The name as UTF-16 if half of a surrogate pair is alone in it. Nothing is found under it, and `key` is for
    /// people to read.
    package var illFormedKey: [UInt16]?
    package var value: JSONValue

    package init(_ key: ExactString, _ value: JSONValue) {
        self.key = key
        self.value = value
    }

    @_disfavoredOverload
    package init(_ key: String, _ value: JSONValue) { self.init(ExactString(key), value) }
}

extension Sequence<JSONMember> where Self: BidirectionalCollection {
    /// The value of the last member of a name.
    package func value(of key: String) -> JSONValue? {
        last { $0.illFormedKey == nil && $0.key.string.hasSameBytes(as: key) }?.value
    }
}
