import CaptionerModels
import CaptionerTensorCore

/// Runs a model of embeddings, one batch at a time, on a thread of its own.
actor EmbeddingEngine {
    private let model: any EmbeddingModel
    private let executor: QueueExecutor
    private var context: ComputeContext { executor.context }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ model: any EmbeddingModel, on executor: QueueExecutor) {
        self.model = model
        self.executor = executor
    }

    nonisolated var contextLength: Int { model.contextLength }
    nonisolated var vocabularySize: Int { model.vocabularySize }

    /// Embeddings of images, P numbers each, not normalised.
    ///
    /// - Parameters:
    ///   - pixels: those of each image, `[3, S, S]`.
    ///   - observe: receives every stage of the model. The model then computes stages too that the result does not need.
    func embeddings(
        pixels: [[Float]], observe: (@Sendable (TracedStage) -> Void)? = nil
    ) throws -> [[Float]] {
        guard !pixels.isEmpty else { return [] }
        let size = model.imageSize
        let input = Tensor(Array(pixels.joined()), shape: [pixels.count, 3, size, size], in: context)
        let log = observe.map { observe in StageLog { observe(TracedStage($0, $1)) } } ?? StageLog()
        return try rows(of: model.imageEmbeddings(input, stages: log, in: context))
    }

    /// Embeddings of texts, P numbers each, not normalised. Other work may come in between where they are many.
    /// - Parameter texts: the ids of their tokens, begin and end tokens included, at most `contextLength`.
    nonisolated func embeddings(texts: [[Int]]) async throws -> [[Float]] {
        var result: [[Float]] = []
        while result.count < texts.count {
            try Task.checkCancellation()
            result += try await embeddings(group: Self.group(texts[result.count...]))
        }
        return result
    }

    private func embeddings(group texts: [[Int]]) throws -> [[Float]] {
        try rows(of: model.textEmbeddings(texts, in: context))
    }

    /// Whether the model also looks at texts together with an image.
    nonisolated var canMatch: Bool { model is any MatchingModel }

    /// The rows of images that texts are looked at with, `[T, E]` each.
    /// - Precondition: `canMatch`.
    func imageRows(pixels: [[Float]]) throws -> [[Float]] {
        guard !pixels.isEmpty else { return [] }
        let size = model.imageSize
        let input = Tensor(Array(pixels.joined()), shape: [pixels.count, 3, size, size], in: context)
        let images = try matchingModel.imageRows(input, stages: StageLog(), in: context)  // [B, T, E]
        let count = images.count / pixels.count
        return images.withFloats { floats in
            pixels.indices.map { Array(floats[($0 * count)..<(($0 + 1) * count)]) }
        }
    }

    /// The logits of no match and of a match of each of some texts with an image.
    /// - Parameters:
    ///   - image: its rows, `[T, E]`.
    ///   - texts: the ids of their tokens, begin and end tokens included, at most `contextLength`.
    /// - Precondition: `canMatch`.
    func matchLogits(image: [Float], texts: [[Int]]) throws -> [[Float]] {
        let model = matchingModel
        let rows = Tensor(image, shape: [image.count / model.imageRowWidth, model.imageRowWidth], in: context)
        var result: [[Float]] = []
        while result.count < texts.count {
            let group = Self.group(texts[result.count...])
            result += try self.rows(of: model.matchLogits(image: rows, texts: group, in: context))
        }
        return result
    }

    private var matchingModel: any MatchingModel {
        guard let model = model as? any MatchingModel else { preconditionFailure("EmbeddingEngine: no matching model") }
        return model
    }

    /// The first of some texts, as many as may go together: activations of all their rows are held at once.
    private static func group(_ texts: ArraySlice<[Int]>) -> [[Int]] {
        var (count, rows) = (0, 0)
        for text in texts {
            rows += text.count
            guard count == 0 || rows <= rowLimit else { break }
            count += 1
        }
        return Array(texts.prefix(count))
    }

    /// The maximum number of rows that go through the text tower together.
    private static let rowLimit = 1024

    private func rows(of tensor: consuming Tensor) -> [[Float]] {
        let columns = tensor.columns
        return tensor.withFloats { floats in
            (0..<(floats.count / columns)).map { Array(floats[($0 * columns)..<(($0 + 1) * columns)]) }
        }
    }
}
