import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

@Suite struct ThumbnailTests {
    private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Fixtures")

    /// Every JPEG and PNG fixture that decodes has a small image of its shape, which looks as it does when it is decoded
    /// whole and made small.
    @Test func thumbnailsLookLikeTheirPictures() throws {
        var tested = 0
        for folder in ["jpeg", "jpeg-orientation", "orientation-stated", "png", "png-orientation", "truncated"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: fixtures.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            for file in files {
                guard let whole = try? ImageDecoder().decode(contentsOf: file) else { continue }
                let longer = max(whole.width, whole.height)
                // What is tiny already stays as large as it is.
                let size = longer < 48 ? longer : longer / 3
                let small = try ImageDecoder().decode(ThumbnailEncoder(size: size, quality: 95).thumbnail(ofFile: file))
                #expect(max(small.width, small.height) == size, "\(file.path)")
                let ratio = Double(whole.width) / Double(whole.height)
                #expect(abs(Double(small.width) - Double(small.height) * ratio) <= max(1, ratio), "\(file.path)")
                // What a cut-off file lacks is filled in otherwise.
                guard !whole.isTruncated else { continue }
                let expected = whole.resized(width: small.width, height: small.height)
                let differences = zip(brightness(small), brightness(expected)).map { abs($0 - $1) }
                let mean = differences.reduce(0, +) / Double(differences.count)
                #expect(mean < 8, "\(file.path): \(mean)")
                tested += 1
            }
        }
        #expect(tested > 20)
    }

    /// An image is reduced while it is decoded, and yet has its details where they were.
    @Test func largeJPEGsAreReduced() throws {
        // Four quarters of a colour each, which lie where they do in the original.
        var bytes: [UInt8] = []
        for y in 0..<800 {
            for x in 0..<1000 { bytes += [x < 500 ? 200 : 40, y < 400 ? 180 : 60, 100] }
        }
        let original = try RGBImage(width: 1000, height: 800, bytes: bytes)
        let jpeg = try ThumbnailEncoder(size: 1000, quality: 95).thumbnail(of: original)
        let small = try ImageDecoder().decode(ThumbnailEncoder(size: 96, quality: 95).thumbnail(of: jpeg))
        #expect(small.width == 96 && small.height == 77)
        for (x, y) in [(20, 20), (75, 20), (20, 60), (75, 60)] {
            let pixel = small.bytes[(y * 96 + x) * 3..<(y * 96 + x) * 3 + 3].map(Int.init)
            let expected = [x < 48 ? 200 : 40, y < 38 ? 180 : 60, 100]
            #expect(zip(pixel, expected).allSatisfy { abs($0 - $1) < 12 }, "\(x), \(y): \(pixel)")
        }
    }

    @Test func smallPicturesStayAsTheyAre() throws {
        let image = try RGBImage(width: 3, height: 2, bytes: (0..<18).map { UInt8($0 * 9) })
        let small = try ImageDecoder().decode(ThumbnailEncoder(size: 96).thumbnail(of: image))
        #expect(small.width == 3 && small.height == 2)
    }

    @Test func veryNarrowPicturesKeepAPixel() throws {
        let image = try RGBImage(width: 600, height: 2, bytes: Array(repeating: 90, count: 3600))
        let small = try ImageDecoder().decode(ThumbnailEncoder(size: 40).thumbnail(of: image))
        #expect(small.width == 40 && small.height == 1)
    }

    @Test func whatIsNoPictureIsAnError() {
        #expect(throws: ImageError.empty) { try ThumbnailEncoder(size: 96).thumbnail(of: Data()) }
        #expect(throws: ImageError.self) {
            try ThumbnailEncoder(size: 96).thumbnail(of: Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 4]))
        }
        let nowhere = URL(fileURLWithPath: "/no/such/picture.jpg")
        #expect(throws: ImageError.unreadable(path: nowhere.path, cause: "No such file or directory")) {
            try ThumbnailEncoder(size: 96).thumbnail(ofFile: nowhere)
        }
    }

    private func brightness(_ image: RGBImage) -> [Double] {
        let samples = image.bytes.map(Double.init)
        return stride(from: 0, to: samples.count, by: 3).map { offset -> Double in
            let colour: Double = 0.299 * samples[offset] + 0.587 * samples[offset + 1]
            return colour + 0.114 * samples[offset + 2]
        }
    }
}
