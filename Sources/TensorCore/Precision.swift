package import CaptionerKernels

/// How the weights of a linear layer are stored, and in what its products are computed. Sums, and all that is not a
/// linear layer, are float32.
package enum Precision: String, Sendable, CaseIterable, Codable {
    case float32 = "f32"
    /// Weights and inputs rounded to bfloat16; products and sums in float32.
    case bfloat16 = "bf16"
    /// Weights rounded to 8 bits with a scale for each output, inputs to 8 bits with a scale and a zero point for each
    /// row; products and sums are exact in 32 bits.
    case int8

    package var format: PanelFormat {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .int8: .int8
        }
    }
}
