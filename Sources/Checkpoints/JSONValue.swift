/// A JSON document as it was written: the members of an object in order, numbers as their digits.
///
/// Foundation's decoders hide repeated keys and turn integers into floating point; a file format where offsets matter
/// can afford neither.
enum JSONValue: Equatable, Sendable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    /// The number as it was written.
    case number(String)
    case bool(Bool)
    case null

    /// A key of an object and what it stands for.
    struct Member: Equatable, Sendable {
        let key: String
        let value: JSONValue
    }

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number(let digits): digits
        case .bool(let value): "\(value)"
        case .null: "null"
        }
    }

    /// The value as an integer of 0 and above that was written without fraction and exponent, or `nil`.
    var size: Int? {
        guard case .number(let digits) = self, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }
}
