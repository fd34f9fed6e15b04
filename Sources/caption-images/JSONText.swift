import Foundation

/// What commands write as JSON: one document that a person can read too.
enum JSONText {
    /// The names of properties become snake_case; keys of dictionaries stay as they are.
    static func document(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(value) + Data("\n".utf8)
    }
}
