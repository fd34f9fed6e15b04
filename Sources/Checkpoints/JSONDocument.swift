import CaptionerFiles
import CaptionerJSON
import Foundation

/// A JSON file of a checkpoint, read as Python's `json` reads it: of a repeated key the last counts, `NaN`, `Infinity` and
/// `-Infinity` are numbers. A byte order mark at the start is skipped.
enum JSONDocument {
    /// Why a file is not JSON, as a sentence about it.
    struct Failure: Error {
        let cause: String
    }

    static func value(_ file: MappedFile) throws(Failure) -> JSONValue {
        try file.withBytes { (bytes) throws(Failure) in
            let start = bytes.withoutByteOrderMark.startIndex
            do throws(JSONError) {
                return try JSONParser.parse(bytes[start...])
            } catch {
                if let explanation = ForeignContents.explanation(bytes, expected: .json) {
                    throw Failure(cause: explanation)
                }
                let error = JSONError(offset: error.offset + start, message: error.message)
                throw Failure(cause: "it is not valid JSON: \(error.cause)")
            }
        }
    }

    /// The value as Foundation's decoder takes it: without repeated keys, which it would choose among otherwise, with a
    /// string for each number that JSON does not know, and without halves of surrogate pairs.
    static func forFoundation(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number("NaN"), .number("Infinity"), .number("-Infinity"):
            guard case .number(let literal) = value else { return value }
            return .string(literal)
        case .illFormedString: return .string(value.readableText ?? "")
        case .array(let elements): return .array(elements.map(forFoundation))
        case .object(let members):
            var seen: Set<ExactString> = []
            let last = members.reversed().filter { seen.insert($0.key).inserted }.reversed()
            return .object(last.map { JSONMember($0.key, forFoundation($0.value)) })
        default: return value
        }
    }

    /// A decoder for such values.
    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return decoder
    }
}
