import Foundation
import Testing

@testable import CaptionerImageProcessing

/// What is made of alpha. The numbers are those of Pillow's `alpha_composite` on white.
struct TransparencyTests {
    @Test(
        arguments: [
            (0, 0, 255), (255, 0, 255), (7, 255, 7), (0, 255, 0), (0, 128, 127), (200, 128, 227), (13, 1, 254),
            (13, 254, 14), (100, 77, 208), (99, 200, 133),
        ] as [(UInt8, UInt8, UInt8)])
    func whiteShowsThrough(color: UInt8, alpha: UInt8, expected: UInt8) {
        let image = RGBImage(decodedWidth: 1, height: 1, bytes: [color, color, color], alpha: [alpha])
        #expect(image.flattened(.white).bytes == [expected, expected, expected])
        #expect(image.flattened(.drop).bytes == image.bytes)
    }

    @Test func turnedImagesKeepTheirAlpha() {
        let image = RGBImage(
            decodedWidth: 3, height: 2, bytes: [UInt8](0..<18), alpha: [10, 20, 30, 40, 50, 60])
        let turned = image.oriented(.rightTop)
        #expect(turned.alpha == [40, 10, 50, 20, 60, 30])
        #expect(turned.bytes.prefix(3) == [9, 10, 11])
        #expect(image.mirrored(horizontally: true, vertically: false).alpha == [30, 20, 10, 60, 50, 40])
    }

    @Test(
        arguments: [
            ("rgb-alpha-8.png", true), ("grey-alpha-8.png", true), ("palette-8-transparent.png", true),
            ("grey-8-transparent.png", true), ("grey-8.png", false), ("rgb-8.png", false),
        ])
    func formatsSayWhatIsTransparent(name: String, hasAlpha: Bool) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/png")
        let image = try ImageDecoder().decode(Data(contentsOf: folder.appending(path: name)))
        #expect((image.alpha != nil) == hasAlpha)
        #expect((image.flattened(.white).bytes != image.bytes) == hasAlpha)
    }
}
