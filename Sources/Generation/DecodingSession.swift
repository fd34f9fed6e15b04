package import CaptionerTensorCore

/// Sequences that a causal language model continues together, one token each per step.
///
/// Searches know a model only through this protocol. Rows of a session are independent: the logits of one do not depend
/// on the others.
package protocol DecodingSession: AnyObject {
    /// For each sequence, how many tokens it can still get before the model's context, or the room that was asked for,
    /// is full.
    var remainingTokens: [Int] { get }

    /// Processes the prompts, with their images. Called once, before any step.
    /// - Returns: the logits of each sequence's next token, `[R, V]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func prefill() throws -> Tensor

    /// Appends a token to each sequence.
    /// - Parameter tokenIDs: one for each sequence, `[R]`.
    /// - Returns: the logits of each sequence's next token, `[R, V]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func step(_ tokenIDs: [Int]) throws -> Tensor

    /// Continues with these of the sequences, in this order. A sequence that is named several times is copied, up to the
    /// number of rows that the session was made for.
    func select(rows: [Int])
}
