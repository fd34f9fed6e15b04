import CaptionerJSON

/// What a model makes of each chunk's words with the chunk's images, and which samples are kept by that.
struct ChunkScores {
    let model: String
    let range: ValueRange
    private let strategy: Strategy
    private let reduction: Reduction
    private let flipsHorizontally: Bool
    private let flipsVertically: Bool

    /// What is made of several images' scores with one text.
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

    /// - Parameters:
    ///   - modelKey: the parameter that names the model.
    ///   - range: of scores that are kept, where parameters do not say.
    init(
        _ parameters: inout OperatorParameters, modelKey: String, standardModel: String, range: (Double, Double)
    ) throws(OperatorProblem) {
        model = try parameters.text(modelKey) ?? standardModel
        self.range = try ValueRange(&parameters, "score", range)
        strategy = try parameters.choice("any_or_all", Strategy.self) ?? .any
        reduction = try parameters.choice("reduce_mode", Reduction.self) ?? .avg
        flipsHorizontally = try parameters.truth("horizontal_flip") ?? false
        flipsVertically = try parameters.truth("vertical_flip") ?? false
    }

    /// - Parameter ask: answers questions in their order.
    func stats(
        of samples: [JudgedSample],
        _ ask: ([SimilarityQuestion]) async throws -> [Result<[Float], ItemFailure>]
    ) async throws -> [Result<[JSONValue], ItemFailure>] {
        let questions = samples.map { sample in
            Result { () throws(ItemFailure) in try self.questions(sample) }
        }
        var answers = try await ask(questions.flatMap { (try? $0.get()) ?? [] })[...]
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

    func keeps(_ scores: [Double]) -> Bool { strategy.keeps(scores.map(range.contains)) }
}
