import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// No bytes whatever make decoding crash, hang, or give something else the second time.
@Suite struct DamageTests {
    private static let originals = [
        "jpeg/420-17x3.jpg", "jpeg/cmyk-adobe.jpg", "jpeg/restart.jpg", "jpeg/progressive-grey.jpg",
        "jpeg-orientation/exif-6.jpg", "png/rgb-8-3x2-interlaced.png", "png/palette-4-interlaced.png",
        "png/grey-16.png", "png/rgb-8-in-pieces.png", "png/exif-6.png", "orientation-stated/type-double-be.jpg",
        "orientation-stated/said-before-broken.png", "orientation-stated/raw-profile-packed-text.png",
        "orientation-stated/xmp-packed.png", "orientation-stated/animated-2-frame-between.png",
    ]
    // Damaged headers can promise anything; what is near the limit by default would only take long.
    private let decoder = ImageDecoder(maximumPixelCount: 200_000)

    @Test(arguments: originals) func everyPrefixIsBorne(name: String) throws {
        let data = try Fixture.data(name)
        let whole = try decoder.decode(data)
        for length in 0..<data.count {
            guard let image = decodeTwice(data.prefix(length)) else { continue }
            #expect(image.isTruncated || image.bytes == whole.bytes, "prefix of \(length) bytes")
            #expect(image.bytes.count == whole.bytes.count, "prefix of \(length) bytes")
        }
    }

    @Test(arguments: originals) func everyMutationIsBorne(name: String) throws {
        let data = try Fixture.data(name)
        var generator = SplitMix64(seed: 20)
        for _ in 0..<400 {
            var mutated = data
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let index = Int.random(in: 0..<mutated.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: mutated[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: mutated[index] = .random(in: 0...255, using: &generator)
                case 2: mutated[index] = 0xFF
                default: mutated.removeSubrange(index..<min(index + 3, mutated.count))
                }
            }
            _ = decodeTwice(mutated)
        }
    }

    @Test func randomBytesAfterEitherSignatureAreBorne() {
        var generator = SplitMix64(seed: 21)
        let signatures: [[UInt8]] = [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], []]
        for round in 0..<600 {
            let junk = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(decodeTwice(Data(signatures[round % 3] + junk)) == nil)
        }
    }

    @Test(arguments: [
        ("jpeg/baseline-420.jpg", "JPEG", "the file ends within the header", 200),
        ("png/rgb-8.png", "PNG", "the file ends before the image data", 41),
        ("png/rgb-8.png", "PNG", "Not enough image data", 60),
    ])
    func aFileThatEndsBeforeTheFirstRowIsCorrupt(name: String, format: String, cause: String, length: Int) throws {
        let start = try Fixture.data(name).prefix(length)
        #expect(throws: ImageError.corrupt(format: format, cause: cause)) { try decoder.decode(start) }
    }

    @Test func aProgressivePictureCutBetweenScansShowsTheScansBefore() throws {
        let data = try Fixture.data("jpeg/progressive-444.jpg")
        let whole = try decoder.decode(data)
        // Right after the marker and the length of the last table, where libjpeg on its own would give up.
        let table = try #require(data.range(of: Data([0xFF, 0xC4]), options: .backwards))
        let image = try decoder.decode(data.prefix(table.upperBound + 5))
        #expect(image.isTruncated)
        let differences = zip(image.bytes, whole.bytes).map { abs(Int($0) - Int($1)) }
        #expect(differences.reduce(0, +) < 8 * differences.count)
    }

    /// The image, or `nil` when there was an error; either way the same again.
    private func decodeTwice(_ data: Data) -> RGBImage? {
        let first = Result { () throws(ImageError) in try decoder.decode(data) }
        let second = Result { () throws(ImageError) in try decoder.decode(data) }
        #expect(first == second)
        return try? first.get()
    }
}
