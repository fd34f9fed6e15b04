package import CaptionerJSON
import Yams

/// An operator of a configuration's `process` list that keeps or drops samples.
package struct DataOperator: Sendable {
    package enum Kind: Sendable {
        /// By what it computes of each sample.
        case filter(any SampleFilter)
        /// By what came before.
        case deduplicator(ImageDeduplicator)
        /// By their order among all.
        case selector(FieldSelector)
    }

    package let name: String
    /// As the configuration has them.
    package let parameters: JSONValue
    package let kind: Kind

    /// The filters that there are. A filter is a type, and a line here.
    private static let filters:
        [(String, @Sendable (inout OperatorParameters) throws(OperatorProblem) -> any SampleFilter)] = [
            (AlphanumericFilter.name, AlphanumericFilter.init),
            (CharacterRepetitionFilter.name, CharacterRepetitionFilter.init),
            (FlaggedWordsFilter.name, FlaggedWordsFilter.init),
            (ImageAspectRatioFilter.name, ImageAspectRatioFilter.init),
            (ImagePairSimilarityFilter.name, ImagePairSimilarityFilter.init),
            (ImageShapeFilter.name, ImageShapeFilter.init),
            (ImageSizeFilter.name, ImageSizeFilter.init),
            (ImageTextMatchingFilter.name, ImageTextMatchingFilter.init),
            (ImageTextSimilarityFilter.name, ImageTextSimilarityFilter.init),
            (SpecialCharactersFilter.name, SpecialCharactersFilter.init),
            (TextLengthFilter.name, TextLengthFilter.init),
            (WordCountFilter.name, WordCountFilter.init),
            (WordRepetitionFilter.name, WordRepetitionFilter.init),
        ]

    /// What they are called, for messages.
    package static var names: [String] {
        filters.map(\.0) + [ImageDeduplicator.name, FieldSelector.rangeName, FieldSelector.topName]
    }

    /// - Returns: nil for an operator that is none of these.
    /// - Throws: `OperatorProblem` for parameters that it has not, or that cannot be.
    init?(_ name: String, _ node: Node?) throws(OperatorProblem) {
        var parameters = try OperatorParameters(name, node)
        if let make = Self.filters.first(where: { $0.0.hasSameBytes(as: name) })?.1 {
            kind = .filter(try make(&parameters))
        } else if [FieldSelector.topName, FieldSelector.rangeName].contains(where: { $0.hasSameBytes(as: name) }) {
            kind = .selector(try FieldSelector(&parameters))
        } else if ImageDeduplicator.name.hasSameBytes(as: name) {
            kind = .deduplicator(try ImageDeduplicator(&parameters))
        } else {
            return nil
        }
        try parameters.checkAllTaken()
        self.name = name
        self.parameters = parameters.json
    }

    /// Whether nothing can be said of a sample before all are there.
    var needsAll: Bool { if case .selector = kind { true } else { false } }

    /// The model that it asks, if it asks one.
    package var model: AskedModel? {
        guard case .filter(let filter as any SimilarityFilter) = kind else { return nil }
        return AskedModel(name: filter.model, matches: filter is ImageTextMatchingFilter)
    }
}

extension DataOperator: Equatable {
    package static func == (left: DataOperator, right: DataOperator) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.parameters == right.parameters
    }
}
