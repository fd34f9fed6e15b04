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

    /// Cosines of two images' embeddings.
    func similarities(
        ofPairs pairs: [(any PictureSource, any PictureSource)], model: String
    ) async throws -> [Result<Float, ItemFailure>]
}

/// A filter that asks a model.
package protocol SimilarityFilter: SampleFilter {
    /// `hf_clip`.
    var model: String { get }
}

private let standardModel = "openai/clip-vit-base-patch32"

/// By the similarity of each chunk's images with its words.
struct ImageTextSimilarityFilter: SimilarityFilter {
    static let name = "image_text_similarity_filter"
    static let statNames = ["image_text_similarity"]
    let model: String
    private let range: ValueRange
    private let strategy: Strategy
    private let reduction: Reduction
    private let flipsHorizontally: Bool
    private let flipsVertically: Bool

    /// What is made of several images' similarities with one text.
    private enum Reduction: String, CaseIterable {
        case avg, max, min

        func callAsFunction(_ values: [Float]) -> Float? {
            switch self {
            case .avg: values.isEmpty ? nil : values.reduce(0, +) / Float(values.count)
            case .max: values.max()
            case .min: values.min()
            }
        }
    }

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        model = try parameters.text("hf_clip") ?? standardModel
        range = try ValueRange(&parameters, "score", (0.1, 1))
        strategy = try parameters.choice("any_or_all", Strategy.self) ?? .any
        reduction = try parameters.choice("reduce_mode", Reduction.self) ?? .avg
        flipsHorizontally = try parameters.truth("horizontal_flip") ?? false
        flipsVertically = try parameters.truth("vertical_flip") ?? false
    }

    var rangeText: String { range.description }

    func stats(
        of samples: [JudgedSample], by similarities: (any SimilarityProvider)?
    ) async throws -> [Result<[JSONValue], ItemFailure>] {
        guard let similarities else { throw DataSetError.noSimilarityModel(operation: Self.name) }
        let questions = samples.map { sample in
            Result { () throws(ItemFailure) in try self.questions(sample) }
        }
        var answers = try await similarities.similarities(questions.flatMap { (try? $0.get()) ?? [] }, model: model)[
            ...]
        return questions.map { questions in
            Result { () throws(ItemFailure) in
                var values: [JSONValue] = []
                let count = try questions.get().count
                let own = answers.prefix(count)
                answers = answers.dropFirst(count)
                for answer in own {
                    guard let value = reduction(try answer.get()) else { continue }
                    values.append(.float(Double(value)))
                }
                return [.array(values)]
            }
        }
    }

    /// A question for each chunk that has images.
    private func questions(_ sample: JudgedSample) throws(ItemFailure) -> [SimilarityQuestion] {
        let pictures = try sample.pictures()
        guard !pictures.isEmpty else { return [] }
        var questions: [SimilarityQuestion] = []
        var offset = 0
        for chunk in TextChunk.chunks(of: try sample.text(), sample.sample.fields) where chunk.imageCount > 0 {
            let images = Array(pictures.dropFirst(offset).prefix(chunk.imageCount))
            guard !images.isEmpty else {
                throw ItemFailure(
                    stage: .sample, message: "its text has places for more images than the \(pictures.count) there are")
            }
            questions.append(
                SimilarityQuestion(
                    images: images,
                    text: chunk.words(sample.sample.fields), flipsHorizontally: flipsHorizontally,
                    flipsVertically: flipsVertically))
            offset += chunk.imageCount
        }
        return questions
    }

    func keeps(_ stats: [JSONValue]) throws(ItemFailure) -> Bool {
        strategy.keeps(try stats[0].statList(Self.statNames[0]).map(range.contains))
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
