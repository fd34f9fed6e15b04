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
        case .dataCorrupted(let context):
            context.underlyingError.map { "\(context.debugDescription) (\($0))" } ?? context.debugDescription
        @unknown default: "\(self)"
        }
    }
}
