/// What is made of the text beside an image in a chat, for a model that only continues texts.
package enum ChatPrompt: Sendable, Equatable {
    /// The text stands in another, such as `Question: {} Answer:`.
    case template(before: String, after: String)
    /// The caption continues the text.
    case raw
    /// The caption is that of an image without a text.
    case ignore

    package static let standard = ChatPrompt.template(before: "Question: ", after: " Answer:")

    /// - Returns: nil for a text that is none of `raw`, `ignore` and one with `{}`.
    package init?(_ text: String) {
        switch text {
        case "raw": self = .raw
        case "ignore": self = .ignore
        default:
            guard let place = text.firstRange(of: "{}") else { return nil }
            self = .template(before: String(text[..<place.lowerBound]), after: String(text[place.upperBound...]))
        }
    }

    package var description: String {
        switch self {
        case .template(let before, let after): "\(before){}\(after)"
        case .raw: "raw"
        case .ignore: "ignore"
        }
    }

    /// - Parameter text: what the client wrote, not empty.
    /// - Returns: what the caption continues.
    func prompt(_ text: String) -> String? {
        switch self {
        case .template(let before, let after): before + text + after
        case .raw: text
        case .ignore: nil
        }
    }
}
