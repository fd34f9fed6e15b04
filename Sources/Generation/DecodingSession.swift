package import CaptionerTensorCore

/// Sequences that a causal language model continues together, one token each per step.
///
/// Searches know a model only through this. Rows of a session are independent: what one holds changes nothing in the
/// logits of another.
package protocol DecodingSession: AnyObject {
    /// For each sequence, how many tokens it can still get before the model's context, or the room that was asked for,
    /// is full.
    var remainingTokens: [Int] { get }

    /// Reads what the sequences begin with. Called once, before any step.
    /// - Returns: the logits of each sequence's next token, `[R, V]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func prefill() throws -> Tensor

    /// Appends a token to each sequence.
    /// - Parameter tokenIDs: one for each sequence, `[R]`.
    /// - Returns: the logits of each sequence's next token, `[R, V]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func step(_ tokenIDs: [Int]) throws -> Tensor

    /// Continues with these of the sequences, in this order. A sequence that is named several times continues in as many
    /// copies, up to the number of rows that the session was made for.
    func select(rows: [Int])
}
