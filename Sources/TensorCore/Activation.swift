import MatrixKernels

/// What follows a linear layer, element by element.
public enum Activation: Sendable {
    case identity
    /// Gaussian error linear unit in its exact form, x Φ(x), as `gelu` in transformers (Hendrycks and Gimpel, arXiv
    /// 1606.08415). After products in fewer bits than float32, an approximation within 6e-5.
    case gelu
    /// max(x, 0).
    case relu

    var ofPanels: PanelBlock.Activation {
        switch self {
        case .identity: .identity
        case .gelu: .gelu
        case .relu: .relu
        }
    }
}
