#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A filter of Pillow's `Image.resize`, by Pillow's numbers.
package enum ResamplingFilter: Int, Sendable {
    /// The sinc function, windowed by its own central lobe, with a = 3.
    case lanczos = 1
    /// A triangle.
    case bilinear = 2
    /// Keys' cubic convolution with a = -0.5.
    case bicubic = 3

    /// How far from its center the filter is not zero, in output pixels.
    var support: Double {
        switch self {
        case .lanczos: 3
        case .bilinear: 1
        case .bicubic: 2
        }
    }

    func weight(at position: Double) -> Double {
        switch self {
        case .lanczos: -3 <= position && position < 3 ? Self.sinc(position) * Self.sinc(position / 3) : 0
        case .bilinear: max(0, 1 - abs(position))
        case .bicubic: Self.cubic(position)
        }
    }

    private static func cubic(_ position: Double) -> Double {
        let a = -0.5
        let x = abs(position)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }

    private static func sinc(_ position: Double) -> Double {
        guard position != 0 else { return 1 }
        let x = position * .pi
        return sin(x) / x
    }
}
