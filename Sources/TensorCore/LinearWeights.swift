import CaptionerKernels

/// The weight of a linear layer in its memory layout.
package enum LinearWeights: Sendable {
    /// `[N, K]`, as PyTorch and checkpoints have it.
    case float32(Parameter)
    /// bfloat16 or int8, in panels.
    case packed(PackedWeights)

    /// N and K.
    var shape: (columns: Int, depth: Int) {
        switch self {
        case .float32(let weight): (weight.shape[0], weight.shape[1])
        case .packed(let weight): (weight.columns, weight.depth)
        }
    }

    var precision: Precision {
        switch self {
        case .float32: .float32
        case .packed(let weight): weight.precision
        }
    }
}
