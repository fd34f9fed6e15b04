/// How samples of a PNG become RGB, by Pillow's rules.
struct PNGPixels {
    private enum Kind {
        /// One byte a pixel, which says where in `table` its colour is.
        case indexed
        /// One byte a pixel, the same for all colours; `stride` bytes from pixel to pixel.
        case grey(stride: Int)
        /// Two bytes a pixel, high byte first, clipped to 255.
        case clippedGrey
        /// Three bytes a pixel; `stride` bytes from pixel to pixel.
        case color(stride: Int)
    }

    private let kind: Kind
    /// `[256, 3]` for `Kind.indexed`, else empty.
    private let table: [UInt8]
    /// How opaque each index is, `[256]`; empty where indices are all opaque.
    private let alphas: [UInt8]

    init(transparency: PNGReader.Transparency?, colorType: PNGReader.ColorType, bitDepth: Int, palette: [UInt8]) {
        switch colorType {
        case .grey where bitDepth == 16: kind = .clippedGrey
        case .grey where bitDepth == 8: kind = .grey(stride: 1)
        case .grey, .palette: kind = .indexed
        case .greyAlpha: kind = .grey(stride: 2)
        case .rgb: kind = .color(stride: 3)
        case .rgbAlpha: kind = .color(stride: 4)
        }
        if case .palette(let entries) = transparency, colorType == .palette {
            alphas = Array((entries + Array(repeating: 255, count: 256)).prefix(256))
        } else {
            alphas = []
        }
        guard case .indexed = kind else {
            table = []
            return
        }
        if colorType == .palette {
            // Indices without an entry are black.
            table = Array((palette + Array(repeating: 0, count: 256 * 3)).prefix(256 * 3))
        } else {
            let step = 255 / ((1 << bitDepth) - 1)
            table = (0..<256).flatMap { Array(repeating: UInt8(truncatingIfNeeded: $0 * step), count: 3) }
        }
    }

    /// Whether samples of 16 bits are wanted whole. Of all others, the high byte.
    var takes16Bits: Bool {
        if case .clippedGrey = kind { true } else { false }
    }

    /// Bytes per pixel that `convert` reads.
    var sampleBytesPerPixel: Int {
        switch kind {
        case .indexed: 1
        case .grey(let stride), .color(let stride): stride
        case .clippedGrey: 2
        }
    }

    /// Whether each pixel, or its index, says how opaque it is.
    var hasAlpha: Bool {
        switch kind {
        case .grey(let stride): stride == 2
        case .color(let stride): stride == 4
        case .indexed: !alphas.isEmpty
        case .clippedGrey: false
        }
    }

    /// How opaque a pixel is whose samples are 0.
    var alphaOfMissing: UInt8 { alphas.first ?? 0 }

    /// The same as `convert` for how opaque pixels are.
    func convertAlpha(_ samples: UnsafePointer<UInt8>, count: Int, to alpha: inout [UInt8], start: Int, step: Int) {
        for pixel in 0..<count {
            alpha[start + pixel * step] =
                switch kind {
                case .grey(let stride), .color(let stride): samples[pixel * stride + stride - 1]
                case .indexed: alphas[Int(samples[pixel])]
                case .clippedGrey: 255
                }
        }
    }

    /// Gives every pixel the colour of samples that are 0.
    func fill(_ rgb: UnsafeMutableBufferPointer<UInt8>) {
        guard let red = table.first, let blue = table.dropFirst(2).first, red | table[1] | blue != 0 else {
            rgb.initialize(repeating: 0)
            return
        }
        for index in rgb.indices { rgb.initializeElement(at: index, to: table[index % 3]) }
    }

    /// Converts `count` pixels.
    /// - Parameters:
    ///   - samples: `[count, sampleBytesPerPixel]`
    ///   - rgb: where the first pixel goes; the next goes `step` bytes further.
    func convert(
        _ samples: UnsafePointer<UInt8>, count: Int, to rgb: UnsafeMutableBufferPointer<UInt8>, step: Int
    ) {
        precondition(count == 0 || rgb.count >= (count - 1) * step + 3, "expected room for \(count) pixels")
        guard let rgb = rgb.baseAddress else { return }
        switch kind {
        case .indexed:
            table.withUnsafeBufferPointer { table in
                for pixel in 0..<count {
                    let entry = Int(samples[pixel]) &* 3
                    set(rgb + pixel &* step, table[entry], table[entry &+ 1], table[entry &+ 2])
                }
            }
        case .grey(let stride):
            for pixel in 0..<count {
                let grey = samples[pixel &* stride]
                set(rgb + pixel &* step, grey, grey, grey)
            }
        case .clippedGrey:
            for pixel in 0..<count {
                let grey = samples[pixel &* 2] == 0 ? samples[pixel &* 2 &+ 1] : 255
                set(rgb + pixel &* step, grey, grey, grey)
            }
        case .color(let stride):
            for pixel in 0..<count {
                let color = samples + pixel &* stride
                set(rgb + pixel &* step, color[0], color[1], color[2])
            }
        }
    }

    @inline(__always)
    private func set(_ target: UnsafeMutablePointer<UInt8>, _ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        target[0] = red
        target[1] = green
        target[2] = blue
    }
}
