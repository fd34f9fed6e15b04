package import CaptionerKernels

/// The compute type of a linear layer, and how its weights are stored.
package enum Precision: String, Sendable, CaseIterable, Codable {
    case float32 = "f32"
    /// Weights and inputs rounded to bfloat16; products and sums in float32.
    case bfloat16 = "bf16"
    /// Dynamic quantization: weights per channel, with a scale for each output; inputs per row, with a scale and a zero
    /// point for each. Products and sums are exact in 32 bits, results float32.
    case int8

    package var format: PanelFormat {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .int8: .int8
        }
    }
}
