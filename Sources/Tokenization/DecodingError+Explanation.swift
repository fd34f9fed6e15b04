import Foundation

extension DecodingError {
    /// Where the error is, as in `model.merges[12]`, or empty for the document as a whole.
    var dottedPath: String {
        let path: [any CodingKey] =
            switch self {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        return path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
            .replacing(".[", with: "[")
    }

    /// What is wrong there.
    var cause: String {
        switch self {
        case .keyNotFound: "this key is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): context.debugDescription
        // Foundation calls JSON invalid, without a place, also when a number is no integer where one is wanted.
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "it is not valid JSON, or has a number that is not an integer of 64 bits where one is expected"
        case .dataCorrupted(let context): context.debugDescription
        @unknown default: "\(self)"
        }
    }
}
