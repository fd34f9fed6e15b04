import CaptionerTensorCore

/// The end of a decoder: a norm, and a linear layer to the logits of all tokens.
struct LanguageModelHead: Sendable {
    let norm: any Norm
    let output: Linear

    /// The logits that follow some of the rows.
    /// - Shape: hidden `[R, D]` to `[rows, V]`.
    func callAsFunction(_ hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        let last = hidden.gathered(rows: rows, in: context)
        norm.apply(to: last, in: context)
        return output(last, in: context)
    }
}
