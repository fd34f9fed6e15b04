import CaptionerTensorCore

/// Multiplies embeddings with each other, on all threads.
///
/// A product is the same bits whatever it is computed together with.
package struct EmbeddingProducts: Sendable {
    private let context: ComputeContext

    package init(threadCount: Int) { context = ComputeContext(threadCount: threadCount) }

    /// - Parameters:
    ///   - rows: `[M, width]`
    ///   - others: `[N, width]`
    /// - Returns: `[M, N]`
    /// - Throws: `TensorError.outOfMemory`.
    package func callAsFunction(_ rows: [Float], _ others: [Float], _ width: Int) throws -> [Float] {
        let weight = try Parameter(shape: [others.count / width, width]) { _ = $0.initialize(from: others) }
        let layer = Linear(weight: weight, bias: nil)
        return layer(Tensor(rows, shape: [rows.count / width, width], in: context), in: context).array()
    }
}
