package import CaptionerTensorCore

/// A causal language model: embeddings of positions in, logits of the next tokens out.
package protocol CausalDecoder: Sendable {
    /// D, the width of a position.
    var width: Int { get }
    /// V, the rows of the embedding table.
    var vocabularySize: Int { get }
    /// The most positions of a sequence.
    var contextLength: Int { get }
    var layerCount: Int { get }
    /// Floats of memory for each row of many, besides what each thread has.
    var floatsPerRow: Int { get }
    /// Of each layer, for its KV cache.
    var attention: AttentionSizes { get }
    /// How the layers attend over images; nil where the embeddings of an image are positions of the text.
    var imageAttention: ImageAttention? { get }

    /// Whether the prefixes of its texts are the same however they are asked for: they end with the image, or have all of the prompt.
    var packsLongPrefixes: Bool { get }

    /// Writes the embedding of a token of the table into one row `[D]`.
    func embed(_ tokenID: Int, into row: UnsafeMutablePointer<Float>)

    /// What is done to embeddings before the first layer: learned positions are added, for example.
    /// - Shape: `[R, D]`, the spans' rows one after the other, changed in place.
    func prepare(_ hidden: borrowing Tensor, spans: [SequenceSpan], in context: ComputeContext)

    /// Runs one layer, which appends its keys and values to its cache.
    /// - Parameter cache: those of the positions before, and of the images.
    /// - Shape: `[R, D]`, the spans' rows one after the other, changed in place.
    func run(
        layer index: Int, on hidden: borrowing Tensor, spans: [SequenceSpan], cache: LayerCache,
        in context: ComputeContext)

    /// The logits that follow some of the rows.
    /// - Shape: hidden `[R, D]` to `[rows, V]`.
    func logits(after hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor
}

extension CausalDecoder {
    package var imageAttention: ImageAttention? { nil }
    package var packsLongPrefixes: Bool { false }

    /// The width of a row of an image's embeddings.
    package var imageWidth: Int { imageAttention?.imageWidth ?? width }
}
