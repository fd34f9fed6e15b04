#if TIFF
    import CaptionerImageProcessing
    import Foundation
    import Testing

    /// What a TIFF may claim, and what is not decoded.
    @Suite struct TIFFTests {
        /// Three samples of 8 bits without compression, all zero.
        private static func tiff(_ changes: [UInt16: UInt32] = [:]) -> Data {
            let usual: [UInt16: UInt32] = [
                256: 4, 257: 3, 258: 8, 259: 1, 262: 2, 273: 8, 277: 3, 278: 3, 279: 36,
            ]
            var bytes = Array("II".utf8) + [42, 0, 44, 0, 0, 0] + [UInt8](repeating: 0, count: 36)
            let entries = usual.merging(changes) { $1 }.sorted { $0.key < $1.key }
            func append(_ value: some FixedWidthInteger) {
                withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) }
            }
            append(UInt16(entries.count))
            for (tag, value) in entries {
                append(tag)
                append(UInt16(4))
                append(UInt32(1))
                append(value)
            }
            append(UInt32(0))
            return Data(bytes)
        }

        @Test func aSoundOneIsDecoded() throws {
            let image = try ImageDecoder().decode(Self.tiff())
            #expect(image.width == 4 && image.height == 3 && image.bytes == [UInt8](repeating: 0, count: 36))
            #expect(image.note == nil)
        }

        @Test func bombsAreRefused() {
            let most = ImageDecoder.defaultMaximumPixelCount
            #expect(throws: ImageError.tooLarge(width: 30_000, height: 30_000, maximumPixelCount: most)) {
                try ImageDecoder().decode(Self.tiff([256: 30_000, 257: 30_000, 278: 30_000]))
            }
            // A small image in a tile of gigabytes, compressed.
            let tile = Self.tiff([322: 1 << 20, 323: 1 << 20, 324: 8, 325: 36, 259: 8])
            let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(tile) }
            guard case .corrupt("TIFF", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }

        /// Lab, depths of 32 bits, compressions of which libtiff knows nothing.
        @Test(arguments: [[262: 8], [258: 32], [259: 999], [262: 6]] as [[UInt16: UInt32]])
        func otherKindsAreNamed(changes: [UInt16: UInt32]) {
            let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(Self.tiff(changes)) }
            guard case .unsupportedFeature("TIFF", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }

        /// Rows that are there are shown.
        @Test func whatIsCutIsTruncated() throws {
            let image = try ImageDecoder().decode(Self.tiff([273: 140]))
            #expect(image.isTruncated)
        }
    }
#endif
