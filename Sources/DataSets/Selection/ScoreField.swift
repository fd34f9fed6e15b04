package import CaptionerJSON

/// The field of a row that holds its score: a name, or names of objects within each other, joined by dots.
package struct ScoreField: Sendable, Equatable {
    /// As it was given.
    package let name: ExactString
    private let parts: [String]

    package init(_ name: String) {
        self.name = ExactString(name)
        parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
            String(decoding: Array($0), as: UTF8.self)
        }
    }

    /// Where a score is looked for if no field is named; that of the first row with one of them holds for all rows.
    package static let usual = [
        ScoreField("__dj__stats__.image_text_similarity"), ScoreField("similarity"),
        ScoreField("__dj__stats__.image_text_matching_score"), ScoreField("matching_score"),
    ]

    /// What a row has there. A field whose own name has the dots goes before fields within each other.
    func value(in members: [JSONMember]) -> JSONValue? {
        if let value = members.value(of: name.string) { return value }
        guard parts.count > 1, var value = members.value(of: parts[0]) else { return nil }
        for part in parts.dropFirst() {
            guard let inner = value[part] else { return nil }
            value = inner
        }
        return value
    }
}
