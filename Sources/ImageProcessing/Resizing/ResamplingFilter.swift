/// How much the input pixels around an output pixel count, by Pillow's numbers.
package enum ResamplingFilter: Int, Sendable {
    /// A triangle.
    case bilinear = 2
    /// Keys' cubic convolution with a = -0.5.
    case bicubic = 3

    /// How far it reaches to each side, in pixels.
    var support: Double {
        switch self {
        case .bilinear: 1
        case .bicubic: 2
        }
    }

    func weight(_ position: Double) -> Double {
        let x = abs(position)
        switch self {
        case .bilinear: return x < 1 ? 1 - x : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
            return 0
        }
    }
}
