package import CaptionerTensorCore

/// How the layers of a decoder attend over images, for a decoder whose image embeddings are no positions of its texts.
package struct ImageAttention: Sendable {
    /// Of each layer.
    package let sizes: AttentionSizes
    /// Keys and values of each layer, from rows of an image.
    private let keysAndValues: [LinearGroup]

    /// - Parameter keysAndValues: of each layer, two of the same width.
    package init(sizes: AttentionSizes, keysAndValues: [LinearGroup]) {
        precondition(
            !keysAndValues.isEmpty
                && keysAndValues.allSatisfy {
                    $0.layers.map(\.outputWidth) == [sizes.keyValueWidth, sizes.keyValueWidth]
                },
            "ImageAttention: keys and values for \(sizes)")
        self.sizes = sizes
        self.keysAndValues = keysAndValues
    }

    /// E, the width of a row of an image.
    package var imageWidth: Int { keysAndValues[0].layers[0].inputWidth }

    /// Floats of a row in all caches.
    package var floatsPerImageRow: Int {
        keysAndValues.map { $0.projectionFloatsPerRow(for: sizes) }.reduce(0, +)
    }

    /// Puts the keys and values of images into the caches of the layers.
    /// - Parameters:
    ///   - images: `[..., E]`.
    ///   - prefixes: the number that each image's rows have in the caches.
    ///   - caches: of each layer.
    /// - Throws: `CancellationError` when the task was cancelled.
    func read(
        _ images: borrowing Tensor, prefixes: [(number: Int, rows: Range<Int>)], into caches: [KeyValueCache],
        in context: ComputeContext
    ) throws {
        for (layer, cache) in zip(keysAndValues, caches) {
            try Task.checkCancellation()
            let projected = layer(images, for: sizes, in: context)  // [R, 2 * Hk * Dh]
            for (number, rows) in prefixes { cache.addPrefix(number, of: projected, rows: rows, in: context) }
        }
    }
}
