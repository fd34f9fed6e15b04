import CaptionerImageProcessing
import Testing

struct PixelFormatTests {
    /// Bytes of a row in a format, of pixels as red, green and blue.
    private func row(_ pixels: [(UInt8, UInt8, UInt8)], _ format: PixelFormat) -> [UInt8] {
        pixels.flatMap { red, green, blue -> [UInt8] in
            switch format {
            case .rgb: [red, green, blue]
            case .bgr: [blue, green, red]
            case .rgba: [red, green, blue, 7]
            case .bgra: [blue, green, red, 7]
            case .argb: [7, red, green, blue]
            case .abgr: [7, blue, green, red]
            case .gray: [red]
            }
        }
    }

    @Test(arguments: PixelFormat.allCases, [0, 5])
    func samplesAreReordered(_ format: PixelFormat, gap: Int) throws {
        let rows: [[(UInt8, UInt8, UInt8)]] = [
            [(1, 2, 3), (40, 50, 60)], [(255, 0, 128), (9, 9, 8)], [(0, 1, 0), (2, 0, 0)],
        ]
        let padding = [UInt8](repeating: 99, count: gap)
        // The last row ends with its pixels.
        let bytes = Array(rows.map { row($0, format) }.joined(separator: padding))
        let image = try bytes.withUnsafeBytes {
            try RGBImage(width: 2, height: 3, bytesPerRow: 2 * format.byteCount + gap, format: format, bytes: $0)
        }
        let expected = rows.joined().flatMap { format == .gray ? [$0.0, $0.0, $0.0] : [$0.0, $0.1, $0.2] }
        #expect(image.bytes == expected && image.width == 2 && image.height == 3)
    }

    @Test(
        arguments: [
            (2, 3, nil, 23), (2, 3, 9, 25), (2, 3, 7, 100), (0, 3, nil, 24), (2, 0, nil, 24), (-1, 1, nil, 4),
            (1, .min, nil, 4),
            (.max, 2, nil, 4), (1, .max, .max, 4), (2, 3, .min, 24),
        ] as [(Int, Int, Int?, Int)])
    func sizesThatDoNotFitAreRefused(_ width: Int, _ height: Int, _ stride: Int?, _ count: Int) {
        let bytes = [UInt8](repeating: 0, count: count)
        #expect(throws: ImageError.invalidPixels(width: width, height: height, byteCount: count)) {
            try bytes.withUnsafeBytes {
                try RGBImage(width: width, height: height, bytesPerRow: stride, format: .rgba, bytes: $0)
            }
        }
    }
}
