import CaptionerKernels

/// What follows a linear layer, element by element.
package enum Activation: Sendable {
    case identity
    /// Gaussian error linear unit in its exact form, x Φ(x), as `gelu` in transformers (Hendrycks and Gimpel, arXiv
    /// 1606.08415). After products in reduced precision, an approximation within 6e-5 for |x| ≤ 4.5 and
    /// 1e-5 |x| outside.
    case gelu
    /// max(x, 0).
    case relu
    /// The Gaussian error linear unit as approximated with a hyperbolic tangent, `gelu_pytorch_tanh` in transformers.
    case tanhGELU
    /// x σ(1.702 x), `quick_gelu` in transformers, as CLIP was trained with.
    case quickGELU
    /// x σ(x), the sigmoid linear unit, `silu` and `swish` (Elfwing, Uchibe and Doya, arXiv 1702.03118).
    case silu

    var ofPanels: PanelBlock.Activation {
        switch self {
        case .identity: .identity
        case .gelu: .gelu
        case .relu: .relu
        case .tanhGELU: .tanhGELU
        case .quickGELU: .quickGELU
        case .silu: .silu
        }
    }
}
