import CaptionerImageProcessing
import Foundation
import Testing

/// Files that end within what precedes their pixels are broken ones of their format, and not of another.
@Suite struct CutHeaderTests {
    /// A BMP of 1 x 1 pixel.
    private static let bmp: [UInt8] =
        Array("BM".utf8) + [58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0]
        + [UInt8](repeating: 0, count: 24) + [1, 2, 3, 0]

    @Test func wholeBMPIsRead() throws {
        #expect(try ImageDecoder().decode(Data(Self.bmp)).bytes == [3, 2, 1])
    }

    @Test func cutBMPsAreBroken() {
        // Three bytes may as well be those of a text.
        for count in [2] + Array(4..<54) {
            #expect(throws: ImageError.corrupt(format: "BMP", cause: "it ends within its header"), "\(count)") {
                try ImageDecoder().decode(Data(Self.bmp.prefix(count)))
            }
        }
        var other = Self.bmp
        other[16] = 9
        #expect(throws: ImageError.unsupportedFeature(format: "BMP", feature: "a header of 589864 bytes")) {
            try ImageDecoder().decode(Data(other))
        }
    }

    @Test(
        arguments: [
            ("GIF", "it ends before the first frame"), ("GIF89", "it ends before the first frame"),
            ("GIF89a\u{6}\0\u{5}\0\0\0\0!", "it ends before the first frame"),
        ] as [(String, String)]) func cutGIFsAreBroken(_ start: String, _ cause: String)
    {
        #expect(throws: ImageError.corrupt(format: "GIF", cause: cause)) {
            try ImageDecoder().decode(Data(start.utf8))
        }
    }

    @Test func extensionsMayBeCut() {
        let whole = Array("GIF89a".utf8) + [6, 0, 5, 0, 0, 0, 0, 0x21, 0xF9, 4, 1, 0, 0, 0]
        for count in (whole.count - 4)..<whole.count {
            #expect(throws: ImageError.corrupt(format: "GIF", cause: "it ends within an extension")) {
                try ImageDecoder().decode(Data(whole.prefix(count)))
            }
        }
    }
}
