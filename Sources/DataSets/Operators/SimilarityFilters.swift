import CaptionerJSON

/// What the similarity of images and a text is asked for.
package struct SimilarityQuestion: Sendable {
    package let images: [any PictureSource]
    package let text: String
    /// Whether images are flipped before they are looked at.
    package let flipsHorizontally: Bool
    package let flipsVertically: Bool
}

/// A model that computes how similar images and texts are. Operators import no engine: the caller hands one over.
package protocol SimilarityProvider: Sendable {
    /// Similarities of a text with each of its images: logits per text / 100, in Float.
    /// - Parameter model: what the operator calls the model, as in `hf_clip`.
    func similarities(
        _ questions: [SimilarityQuestion], model: String
    ) async throws -> [Result<[Float], ItemFailure>]

    /// The probabilities that a text matches each of its images.
    /// - Parameter model: what the operator calls the model, as in `hf_blip`.
    func matches(
        _ questions: [SimilarityQuestion], model: String
    ) async throws -> [Result<[Float], ItemFailure>]

    /// Cosines of two images' embeddings.
    func similarities(
        ofPairs pairs: [(any PictureSource, any PictureSource)], model: String
    ) async throws -> [Result<Float, ItemFailure>]
}

/// A model that an operator asks.
package struct AskedModel: Sendable {
    /// What the operator calls it.
    package let name: String
    /// Whether it is asked if texts match images, rather than for similarities.
    package let matches: Bool

    /// What it is for, and what the operator calls it.
    var key: ExactString { ExactString((matches ? "hf_blip " : "hf_clip ") + name) }
}

/// What answers in the place of an ``AskedModel``: all that its answers depend on.
package struct AnsweringModel: Sendable {
    let fingerprint: String
    let precision: String
    let usesQuickGELU: Bool?

    package init(fingerprint: String, precision: String, usesQuickGELU: Bool?) {
        (self.fingerprint, self.precision, self.usesQuickGELU) = (fingerprint, precision, usesQuickGELU)
    }

    var json: JSONValue {
        .object([
            JSONMember("model", .string(fingerprint)), JSONMember("precision", .string(precision)),
            JSONMember("quick_gelu", usesQuickGELU.map { .bool($0) } ?? .null),
        ])
    }
}

/// A filter that asks a model.
package protocol SimilarityFilter: SampleFilter {
    /// `hf_clip` or `hf_blip`.
    var model: String { get }
}

private let standardModel = "openai/clip-vit-base-patch32"

/// A filter by what a model makes of each chunk's words with the chunk's images.
protocol ChunkFilter: SimilarityFilter {
    var scores: ChunkScores { get }
    /// Asks for what the scores are made of.
    func ask(
        _ provider: any SimilarityProvider, _ questions: [SimilarityQuestion]
    ) async throws -> [Result<[Float], ItemFailure>]
}

extension ChunkFilter {
    var model: String { scores.model }
    var rangeText: String { scores.range.description }

    func stats(
        of samples: [JudgedSample], by similarities: (any SimilarityProvider)?
    ) async throws -> [Result<[JSONValue], ItemFailure>] {
        guard let similarities else { throw DataSetError.noSimilarityModel(operation: Self.name) }
        return try await scores.stats(of: samples) { try await ask(similarities, $0) }
    }

    func keeps(_ stats: [JSONValue]) throws(ItemFailure) -> Bool {
        scores.keeps(try stats[0].statList(Self.statNames[0]))
    }
}

/// By the similarity of each chunk's images with its words.
struct ImageTextSimilarityFilter: ChunkFilter {
    static let name = "image_text_similarity_filter"
    static let statNames = ["image_text_similarity"]
    let scores: ChunkScores

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        scores = try ChunkScores(&parameters, modelKey: "hf_clip", standardModel: standardModel, range: (0.1, 1))
    }

    func ask(
        _ provider: any SimilarityProvider, _ questions: [SimilarityQuestion]
    ) async throws -> [Result<[Float], ItemFailure>] {
        try await provider.similarities(questions, model: model)
    }
}

/// By the probability that each chunk's words match its images.
struct ImageTextMatchingFilter: ChunkFilter {
    static let name = "image_text_matching_filter"
    static let statNames = ["image_text_matching_score"]
    let scores: ChunkScores

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        scores = try ChunkScores(
            &parameters, modelKey: "hf_blip", standardModel: "Salesforce/blip-itm-base-coco", range: (0.003, 1))
    }

    func ask(
        _ provider: any SimilarityProvider, _ questions: [SimilarityQuestion]
    ) async throws -> [Result<[Float], ItemFailure>] {
        try await provider.matches(questions, model: model)
    }
}

/// By the similarity of two images.
struct ImagePairSimilarityFilter: SimilarityFilter {
    static let name = "image_pair_similarity_filter"
    static let statNames = ["image_pair_similarity"]
    let model: String
    private let range: ValueRange
    private let strategy: Strategy

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        model = try parameters.text("hf_clip") ?? standardModel
        range = try ValueRange(&parameters, "score", (0.1, 1))
        strategy = try parameters.choice("any_or_all", Strategy.self) ?? .any
    }

    var rangeText: String { range.description }

    func stats(
        of samples: [JudgedSample], by similarities: (any SimilarityProvider)?
    ) async throws -> [Result<[JSONValue], ItemFailure>] {
        guard let similarities else { throw DataSetError.noSimilarityModel(operation: Self.name) }
        let pairs = samples.map { sample in Result { () throws(ItemFailure) in try Self.pair(sample) } }
        var answers = try await similarities.similarities(
            ofPairs: pairs.compactMap { try? $0.get() }, model: model)[...]
        return pairs.map { pair in
            Result { () throws(ItemFailure) in
                _ = try pair.get()
                guard let answer = answers.popFirst() else { return [.array([])] }
                return [.array([.float(Double(try answer.get()))])]
            }
        }
    }

    private static func pair(
        _ sample: JudgedSample
    ) throws(ItemFailure) -> (any PictureSource, any PictureSource) {
        let paths = try sample.sample.images()
        let pictures = try sample.pictures()
        guard paths.count == 2, !paths[0].hasSameBytes(as: paths[1]) else {
            throw ItemFailure(
                stage: .sample, message: "\(name) takes two different images, and there are \(paths.count)")
        }
        return (pictures[0], pictures[1])
    }

    func keeps(_ stats: [JSONValue]) throws(ItemFailure) -> Bool {
        strategy.keeps(try stats[0].statList(Self.statNames[0]).map(range.contains))
    }
}
