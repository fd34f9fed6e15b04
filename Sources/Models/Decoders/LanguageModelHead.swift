import CaptionerTensorCore

/// The end of a decoder: a norm, and a linear layer to the logits of all tokens.
struct LanguageModelHead: Sendable {
    let norm: any Norm
    let output: Linear
    /// Where it is above 0, a logit l is cap · tanh(l / cap).
    var logitCap: Float = 0

    /// The logits that follow some of the rows.
    /// - Shape: hidden `[R, D]` to `[rows, V]`.
    func callAsFunction(_ hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        let last = hidden.gathered(rows: rows, in: context)
        norm.apply(to: last, in: context)
        let logits = output(last, in: context)
        if logitCap > 0 { logits.softCap(logitCap, in: context) }
        return logits
    }
}
