package import CaptionerGeneration
package import CaptionerTensorCore

/// Texts that a decoder begins together. Each begins with a prefix of segments: tokens, and embeddings of an image.
package struct TextGroup: ~Copyable {
    /// A part of a prefix.
    package enum Segment: Sendable {
        case tokens([Int])
        /// Rows of the embeddings that the group was given, as positions of the text.
        case embeddings(rows: Range<Int>)
        /// Rows of the embeddings that the layers attend over, which are no positions. A prefix has one such segment at most.
        case attended(rows: Range<Int>)

        /// How many positions it takes.
        var count: Int {
            switch self {
            case .tokens(let ids): ids.count
            case .embeddings(let rows): rows.count
            case .attended: 0
            }
        }

        /// Its rows of the embeddings, if it has any.
        fileprivate var rows: Range<Int>? {
            switch self {
            case .tokens: nil
            case .embeddings(let rows), .attended(let rows): rows
            }
        }
    }

    /// A text: one of the prefixes, by its number, and a suffix of tokens that follow it in this text alone.
    package struct Text: Sendable {
        let prefix: Int
        let suffix: [Int]
        /// How many tokens there is room for.
        let maxNewTokens: Int

        package init(prefix: Int, suffix: [Int] = [], maxNewTokens: Int) {
            self.prefix = prefix
            self.suffix = suffix
            self.maxNewTokens = max(maxNewTokens, 1)
        }
    }

    let embeddings: Tensor  // [..., D]
    let prefixes: [[Segment]]
    let texts: [Text]

    /// - Parameters:
    ///   - embeddings: of all images, `[..., D]`.
    ///   - prefixes: the segments of each prefix.
    ///   - texts: which prefix and which suffix each text has; either all have a suffix, or none.
    ///   - decoder: what they are for.
    /// - Throws: `GenerationError` if a prefix leaves no room for a token or holds one that the model does not know.
    package init(
        embeddings: consuming Tensor, prefixes: [[Segment]], texts: [Text], for decoder: any CausalDecoder
    ) throws(GenerationError) {
        for segments in prefixes {
            for rows in segments.compactMap(\.rows) {
                precondition(
                    embeddings.columns == decoder.imageWidth && rows.lowerBound >= 0
                        && rows.upperBound <= embeddings.rows,
                    "TextGroup: rows \(rows) of embeddings \(embeddings.shape) for a width of \(decoder.imageWidth)")
            }
        }
        precondition(
            texts.allSatisfy {
                $0.suffix.isEmpty == texts[0].suffix.isEmpty && prefixes.indices.contains($0.prefix)
            },
            "TextGroup: some of \(texts.count) texts have a suffix")
        for text in texts { try decoder.check(prefixes[text.prefix] + [.tokens(text.suffix)]) }
        self.embeddings = embeddings
        self.prefixes = prefixes
        self.texts = texts
    }

    /// How many positions each prefix takes.
    var prefixLengths: [Int] { prefixes.map { $0.reduce(0) { $0 + $1.count } } }

    /// For each prefix the rows of the embeddings that the layers attend over; none for one without.
    var attendedRows: [Range<Int>] {
        prefixes.map { segments in
            for case .attended(let rows) in segments { return rows }
            return 0..<0
        }
    }

    /// The embeddings of all prefixes, one after the other, `[R, D]`.
    borrowing func hidden(_ decoder: any CausalDecoder, in context: ComputeContext) -> Tensor {
        let width = decoder.width
        let hidden = Tensor(shape: [prefixLengths.reduce(0, +), width], in: context)
        var row = hidden.pointer
        for segment in prefixes.joined() {
            switch segment {
            case .tokens(let ids):
                for (offset, id) in ids.enumerated() { decoder.embed(id, into: row + offset * width) }
            case .embeddings(let rows):
                row.update(from: embeddings.pointer + rows.lowerBound * width, count: rows.count * width)
            case .attended: break
            }
            row += segment.count * width
        }
        return hidden
    }
}

extension CausalDecoder {
    /// Checks that a text can begin with these segments.
    /// - Throws: `GenerationError.promptTooLong` if there is no position for all of them, `.unknownToken` if a token is not
    ///   in the table.
    package func check(_ segments: [TextGroup.Segment]) throws(GenerationError) {
        let positions = segments.reduce(0) { $0 + $1.count }
        guard positions <= contextLength else { throw .promptTooLong(positions: positions, limit: contextLength) }
        for case .tokens(let ids) in segments {
            if let unknown = ids.first(where: { !(0..<vocabularySize).contains($0) }) {
                throw .unknownToken(id: unknown, vocabularySize: vocabularySize)
            }
        }
    }
}
