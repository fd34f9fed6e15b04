import CaptionerCheckpoints
import CaptionerTensorCore

/// The decoder of BLIP: a causal BERT whose layers attend over an image, or over an encoded question.
///
/// Reproduces `BlipTextLMHeadModel` of transformers (Li et al., BLIP, arXiv 2201.12086).
struct BLIPTextDecoder: CausalDecoder {
    let configuration: BLIPTextConfiguration
    private let embeddings: BLIPTextEmbeddings
    private let layers: [BLIPTextLayer]
    private let head: BLIPTextHead
    let attention: AttentionSizes
    let imageAttention: ImageAttention?

    /// - Parameters:
    ///   - imageWidth: E, the width of the rows that are attended over.
    ///   - weights: of `text_decoder`.
    init(_ configuration: BLIPTextConfiguration, imageWidth: Int, weights: WeightScope) throws {
        let stack = weights["bert"]
        var configuration = configuration
        // The number of rows is the table's own, as of every decoder here.
        let needed = max(configuration.beginTokenID, configuration.separatorTokenID)
        if let rows = BLIPTextEmbeddings.vocabularySize(stack), rows > needed { configuration.vocabularySize = rows }
        self.configuration = configuration
        embeddings = try BLIPTextEmbeddings(configuration, weights: stack)
        let layers = try (0..<configuration.layerCount).map {
            try BLIPTextLayer(
                configuration, over: .cache, imageWidth: imageWidth, weights: stack["encoder"]["layer", $0])
        }
        attention = AttentionSizes(
            .cache, headCount: configuration.headCount, headSize: configuration.width / configuration.headCount)
        imageAttention = ImageAttention(
            sizes: AttentionSizes(
                .longSequences, headCount: configuration.headCount,
                headSize: configuration.width / configuration.headCount), keysAndValues: layers.map(\.keysAndValues))
        self.layers = layers
        head = try BLIPTextHead(
            configuration, table: stack["embeddings"]["word_embeddings"], weights: weights["cls"]["predictions"])
    }

    var width: Int { configuration.width }
    var vocabularySize: Int { configuration.vocabularySize }
    var contextLength: Int { configuration.contextLength }
    var layerCount: Int { layers.count }
    var floatsPerRow: Int { configuration.width + (layers.first?.floatsPerRow ?? 0) }

    func embed(_ tokenID: Int, into row: UnsafeMutablePointer<Float>) { embeddings.tokens.copy(tokenID, into: row) }

    func prepare(_ hidden: borrowing Tensor, spans: [SequenceSpan], in context: ComputeContext) {
        let positions = spans.flatMap { $0.firstPosition..<($0.firstPosition + $0.count) }
        embeddings.prepare(hidden, positions: positions, in: context)
    }

    func run(
        layer index: Int, on hidden: borrowing Tensor, spans: [SequenceSpan], cache: LayerCache,
        in context: ComputeContext
    ) {
        layers[index](hidden, in: context) {
            cache.positions.attend($0, spans: spans, in: context)
        } attendImage: {
            cache.images.attendPrefixes($0, spans: spans, in: context)
        }
    }

    func logits(after hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        head(hidden, rows: rows, in: context)
    }
}
