import CaptionerImageProcessing
import Foundation
import Testing

/// What the header alone decides.
@Suite struct HeaderTests {
    @Test func aJPEGThatPromisesTooManyPixelsIsRefused() throws {
        let data = try jpeg { frame in
            frame.replaceSubrange(1..<5, with: [0xFF, 0xDC, 0xFF, 0xDC])
        }
        #expect(
            throws: ImageError.tooLarge(
                width: 65500, height: 65500, maximumPixelCount: ImageDecoder.defaultMaximumPixelCount)
        ) { try ImageDecoder().decode(data) }
    }

    @Test(arguments: [(65000, 65000), (Int(Int32.max), Int(Int32.max)), (1, 178_956_971)])
    func aPNGThatPromisesTooManyPixelsIsRefused(width: Int, height: Int) throws {
        #expect(
            throws: ImageError.tooLarge(
                width: width, height: height, maximumPixelCount: ImageDecoder.defaultMaximumPixelCount)
        ) { try ImageDecoder().decode(png(width: UInt32(width), height: UInt32(height))) }
    }

    @Test(arguments: [(0, 5), (5, 0), (0x8000_0000, 1), (UInt32.max, UInt32.max)] as [(UInt32, UInt32)])
    func aPNGOfImpossibleSizeIsCorrupt(width: UInt32, height: UInt32) throws {
        #expect(
            throws: ImageError.corrupt(format: "PNG", cause: "the header says \(width) x \(height) pixels")
        ) { try ImageDecoder().decode(png(width: width, height: height)) }
    }

    @Test func theLimitIsTheCallers() throws {
        let data = try Fixture.data("png/rgb-8.png")
        #expect(throws: ImageError.tooLarge(width: 29, height: 23, maximumPixelCount: 666)) {
            try ImageDecoder(maximumPixelCount: 666).decode(data)
        }
        #expect(try ImageDecoder(maximumPixelCount: 667).decode(data).height == 23)
    }

    @Test func aJPEGWithoutHeightIsCorrupt() throws {
        let data = try jpeg { $0.replaceSubrange(1..<3, with: [0, 0]) }
        #expect(throws: ImageError.corrupt(format: "JPEG", cause: "the header says 45 x 0 pixels")) {
            try ImageDecoder().decode(data)
        }
    }

    @Test func twelveBitsPerSampleAreNotSupported() throws {
        let data = try jpeg { $0[0] = 12 }
        #expect(throws: ImageError.unsupportedFeature(format: "JPEG", feature: "12 bits per sample")) {
            try ImageDecoder().decode(data)
        }
    }

    @Test func twoComponentsAreNotSupported() throws {
        let data = try jpeg { $0[5] = 2 }
        #expect(throws: ImageError.unsupportedFeature(format: "JPEG", feature: "2 components per pixel")) {
            try ImageDecoder().decode(data)
        }
    }

    @Test func whatLibrariesSayIsPassedOn() throws {
        var png = try Fixture.data("png/rgb-8.png")
        png[30] ^= 1  // in the header's checksum
        #expect(throws: ImageError.corrupt(format: "PNG", cause: "IHDR: CRC error")) {
            try ImageDecoder().decode(png)
        }
        let jpeg = try jpeg { $0[7] = 0 }
        #expect(throws: ImageError.corrupt(format: "JPEG", cause: "Bogus sampling factors")) {
            try ImageDecoder().decode(jpeg)
        }
    }

    /// A sound JPEG of 45 x 37 pixels whose frame header, from the bits per sample on, went through `change`.
    private func jpeg(change: (inout [UInt8]) -> Void) throws -> Data {
        var data = try Fixture.data("jpeg/sampling-420.jpg")
        let marker = try #require(data.range(of: Data([0xFF, 0xC0, 0x00, 0x11])))
        var frame = Array(data[marker.upperBound..<(marker.upperBound + 15)])
        change(&frame)
        data.replaceSubrange(marker.upperBound..<(marker.upperBound + 15), with: frame)
        return data
    }

    /// A sound PNG but for the sizes in its header.
    private func png(width: UInt32, height: UInt32) throws -> Data {
        var data = try Fixture.data("png/rgb-8.png")
        let sizes = [width, height].flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
        data.replaceSubrange(16..<24, with: sizes)
        return data
    }
}
