#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A filter of Pillow's `Image.resize`.
package enum ResamplingFilter: Sendable {
    /// Keys' cubic convolution with a = -0.5.
    case bicubic
    /// The sinc function, windowed by its own central lobe, with a = 3.
    case lanczos

    /// How far from its center the filter is not zero, in output pixels.
    var support: Double {
        switch self {
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    func weight(at position: Double) -> Double {
        switch self {
        case .bicubic: return Self.cubic(position)
        case .lanczos: return -3 <= position && position < 3 ? Self.sinc(position) * Self.sinc(position / 3) : 0
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
