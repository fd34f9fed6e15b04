import CaptionerCheckpoints
import CaptionerTensorCore

/// The text encoder of BLIP: BERT, whose layers attend over an image where there is one.
///
/// Reproduces `BlipTextModel` of transformers without a causal mask (Li et al., BLIP, arXiv 2201.12086). Texts follow each
/// other without padding.
struct BLIPTextEncoder: Sendable {
    let configuration: BLIPTextConfiguration
    private let embeddings: BLIPTextEmbeddings
    private let layers: [BLIPTextLayer]

    init(_ configuration: BLIPTextConfiguration, imageWidth: Int, weights: WeightScope) throws {
        var configuration = configuration
        if let rows = BLIPTextEmbeddings.vocabularySize(weights) { configuration.vocabularySize = rows }
        self.configuration = configuration
        embeddings = try BLIPTextEmbeddings(configuration, weights: weights)
        layers = try (0..<configuration.layerCount).map {
            try BLIPTextLayer(
                configuration, over: .shortSequences, imageWidth: imageWidth, weights: weights["encoder"]["layer", $0])
        }
    }

    /// The rows of texts alone.
    /// - Parameter texts: each the ids of at least one and at most `contextLength` tokens, all in the vocabulary.
    /// - Returns: `[R, D]`, the rows of the texts one after the other.
    /// - Throws: `CancellationError` when the task was cancelled.
    func callAsFunction(_ texts: [[Int]], in context: ComputeContext) throws -> Tensor {
        let sequences = Self.rows(of: texts)
        let hidden = embed(texts, in: context)
        for layer in layers {
            try Task.checkCancellation()
            let sizes = layer.sizes
            layer(hidden, in: context) { selfAttention($0, sequences: sequences, sizes: sizes, in: context) }
        }
        return hidden
    }

    /// The rows of texts that are encoded with an image.
    /// - Parameter image: the rows of the image, `[T, E]`.
    func callAsFunction(
        _ texts: [[Int]], image: borrowing Tensor, in context: ComputeContext
    ) throws -> Tensor {
        let sequences = Self.rows(of: texts)
        let hidden = embed(texts, in: context)
        for layer in layers {
            try Task.checkCancellation()
            let sizes = layer.sizes
            let source = layer.keysAndValues(image, for: sizes, in: context)  // [T, 2 * D]
            layer(hidden, in: context) {
                selfAttention($0, sequences: sequences, sizes: sizes, in: context)
            } attendImage: {
                crossAttention(of: sequences, $0, over: source, sizes: sizes, in: context)
            }
        }
        return hidden
    }

    private func embed(_ texts: [[Int]], in context: ComputeContext) -> Tensor {
        let width = configuration.width
        let hidden = Tensor(shape: [texts.map(\.count).reduce(0, +), width], in: context)
        for (row, token) in texts.joined().enumerated() {
            embeddings.tokens.copy(token, into: hidden.pointer + row * width)
        }
        embeddings.prepare(hidden, positions: texts.flatMap(\.indices), in: context)
        return hidden
    }

    /// The rows of each of some texts that follow each other.
    static func rows(of texts: [[Int]]) -> [Range<Int>] {
        var end = 0
        return texts.map { text in
            defer { end += text.count }
            return end..<(end + text.count)
        }
    }
}
