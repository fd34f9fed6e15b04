/// Where captions go in a chunk.
enum CaptionPlacement {
    /// Each after its own image's token, with a space on either side.
    case afterOwnImage
    /// All after the first token, so that several are in reverse: `insert_texts_after_placeholders` begins to search
    /// anew for each.
    case asInDataJuicer

    /// Puts captions into the tokens of a chunk.
    /// - Parameter captions: one for each image token.
    package func place(_ captions: [String], in tokens: String, _ fields: DataSetFields) -> String {
        let parts = tokens.literalComponents(separatedBy: fields.imageToken)
        let insertions = captions.map { " \($0) " }
        switch self {
        case .afterOwnImage:
            return zip(insertions, parts.dropFirst()).reduce(into: parts[0]) { $0 += fields.imageToken + $1.0 + $1.1 }
        case .asInDataJuicer:
            guard parts.count > 1 else { return tokens }
            return parts[0] + fields.imageToken + insertions.reversed().joined()
                + parts.dropFirst().joined(separator: fields.imageToken)
        }
    }
}
