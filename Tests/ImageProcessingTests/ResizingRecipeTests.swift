import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// Images scaled by their shorter edge and cropped, and put into squares, bit for bit as transformers, torchvision and
/// Pillow make them (`Fixtures/resizing.json`).
@Suite struct ResizingRecipeTests {
    struct Case: Decodable, Sendable {
        let width: Int
        let height: Int
        let squared: Bool
        let edge: Int
        let crop: [Int]
        let down: String
        let halfToEven: String
    }

    private static let cases: [Case] = {
        let file = Fixture.folder.appending(path: "resizing.json")
        return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
    }()

    @Test func cropsAsTransformersAndTorchvision() throws {
        #expect(Self.cases.count == 120)
        for item in Self.cases {
            let image = try Self.noise(width: item.width, height: item.height)
            for (rounding, expected) in [
                (ResizingRecipe.CropRounding.down, item.down), (.halfToEven, item.halfToEven),
            ] {
                let recipe = ResizingRecipe(
                    .crop(
                        ImageSize(height: item.crop[0], width: item.crop[1]), shortestEdge: item.edge,
                        rounding: rounding),
                    squareColor: item.squared ? [122, 116, 104] : nil)
                let result = recipe(image)
                #expect(result.size == recipe.size(of: image))
                #expect(SHA256.hexadecimal(result.bytes).hasPrefix(expected), "\(item) \(rounding)")
            }
        }
    }

    private struct Mode: Decodable {
        let width: Int
        let height: Int
        let mode: String
        let filter: String
        let digest: String
    }

    /// `preprocess_cfg` says which.
    @Test func resizesInEveryModeAsOpenCLIP() throws {
        let file = Fixture.folder.appending(path: "resizing-modes.json")
        let cases = try JSONDecoder().decode([Mode].self, from: Data(contentsOf: file))
        #expect(cases.count == 68)
        for item in cases {
            let json = #"{"resize_mode": "\#(item.mode)", "interpolation": "\#(item.filter)", "fill_color": 7}"#
            var configuration = try JSONDecoder().decode(OpenCLIPPreprocessing.self, from: Data(json.utf8))
                .configuration(imageSize: 24)
            (configuration.doRescale, configuration.doNormalize) = (false, false)
            let processor = try ImageProcessor(configuration)
            let pixels = processor(try Self.noise(width: item.width, height: item.height))
            // Channels come first in what processors make.
            let samples = (0..<24 * 24 * 3).map { UInt8(pixels[$0 % 3 * 24 * 24 + $0 / 3]) }
            #expect(SHA256.hexadecimal(samples).hasPrefix(item.digest), "\(item)")
        }
    }

    @Test func stretchesAndKeeps() throws {
        let image = try Self.noise(width: 9, height: 4)
        #expect(ResizingRecipe(.none)(image) == image)
        let square = ResizingRecipe(.none, squareColor: [1, 2, 3])(image)
        #expect(square.size == ImageSize(height: 9, width: 9))
        // Two rows above, three below.
        #expect(Array(square.bytes[9 * 3 * 2..<9 * 3 * 6]) == image.bytes)
        #expect(square.bytes.prefix(3) == [1, 2, 3] && square.bytes.suffix(3) == [1, 2, 3])
        let stretched = ResizingRecipe(.stretch(ImageSize(height: 7, width: 5)))(image)
        #expect(stretched == image.resized(width: 5, height: 7))
    }

    /// Of an image with extreme proportions no more is computed than the crop.
    @Test func doesNotComputeWhatIsCutOff() throws {
        let image = try Self.noise(width: 100_000, height: 1)
        let crop = ImageSize(height: 224, width: 224)
        let result = ResizingRecipe(.crop(crop, shortestEdge: 224, rounding: .down))(image)
        #expect(result.size == crop)
    }

    /// The image of the fixtures.
    private static func noise(width: Int, height: Int) throws -> RGBImage {
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    let number = UInt64(y * 7919 + x * 104729 + c * 1_299_709 + 1) &* 2_654_435_761
                    bytes.append(UInt8(truncatingIfNeeded: number >> 20))
                }
            }
        }
        return try RGBImage(width: width, height: height, bytes: bytes)
    }
}
