import CaptionerImageProcessing
import Foundation

/// Images of all formats, from bytes to pixel values.
enum PictureFuzzing {
    /// Images that claim more pixels are turned away as too large, which keeps inputs quick. The default does the same
    /// at 179 million, where a single image takes half a gibibyte.
    private static let decoder = ImageDecoder(maximumPixelCount: 1 << 18)
    private static let unturning = ImageDecoder(orientation: .ignore, maximumPixelCount: 1 << 18)

    private static let processor: ImageProcessor = {
        var configuration = ImageProcessorConfiguration()
        configuration.size = ImageSize(height: 20, width: 28)
        do {
            return try ImageProcessor(configuration)
        } catch {
            fatalError("\(error)")
        }
    }()

    static func run(_ input: [UInt8]) {
        let picture: RGBImage
        do {
            picture = try decoder.decode(Data(input))
        } catch {
            finding(unless: !error.description.isEmpty, "an error without a message")
            return
        }
        let values = processor(picture)
        finding(unless: values.count == 3 * 20 * 28, "\(values.count) pixel values")
        finding(unless: values.allSatisfy { $0.isFinite }, "pixel values that are no numbers")
        // Turning an image neither adds nor loses anything.
        guard let unturned = try? unturning.decode(Data(input)) else { return finding(unless: false, "only turned") }
        let sizes = [unturned.width, unturned.height]
        finding(
            unless: sizes == [picture.width, picture.height] || sizes == [picture.height, picture.width],
            "\(sizes) became \(picture.width) x \(picture.height)")
    }
}

/// Ends the process, which the fuzzer sees, unless a promise was kept.
func finding(unless isKept: Bool, _ broken: @autoclosure () -> String) {
    if !isKept { fatalError("broken promise: \(broken())") }
}
