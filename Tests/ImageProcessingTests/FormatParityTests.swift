import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// Images of every form, whole, cut and broken, beside what Pillow makes of them.
@Suite(.timeLimit(.minutes(10))) struct FormatParityTests {
    private struct File: Decodable {
        let name: String
        let content: Data
        /// Width and height; nil where Pillow refuses the file.
        let size: [Int]?
        /// The SHA-256 of its RGB bytes.
        let rgb: String?
        /// Whether all pixels are alike, as Pillow shows a file of which it could decode nothing.
        let plain: Bool?

        /// Whether this build decodes the format that its name says.
        var isRead: Bool {
            ImageDecoder.formatNames.contains { name.hasSuffix(".\($0.lowercased())") }
        }
    }

    private let files: [File]

    init() throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/formats.json")
        files = try JSONDecoder().decode([File].self, from: Data(contentsOf: fixtures))
    }

    @Test func pixelsAreThoseOfPillow() {
        var equal: [String: Int] = [:]
        var refused = 0
        for file in files where file.isRead {
            do {
                let image = try ImageDecoder().decode(file.content)
                #expect([image.width, image.height] == file.size, "\(file.name)")
                #expect(SHA256.hexadecimal(image.bytes) == file.rgb, "\(file.name)")
                equal[try ImageDecoder().formatName(of: file.content), default: 0] += 1
            } catch {
                // A file of which nothing can be shown is an error, where Pillow has an image of one colour.
                #expect(file.size == nil || file.plain == true, "\(file.name): \(error)")
                refused += 1
            }
        }
        #expect(equal.values.reduce(0, +) > 280 && refused > 170, "\(equal) equal, \(refused) refused")
        #expect(Set(equal.keys) == Set(ImageDecoder.formatNames).subtracting(["JPEG", "PNG"]))
        #expect(equal.values.allSatisfy { $0 >= 10 }, "\(equal)")
    }

    /// What only other builds read is an error, and no other format.
    @Test func otherFormatsAreRefused() {
        for file in files where !file.isRead {
            let error = #expect(throws: ImageError.self, "\(file.name)") { try ImageDecoder().decode(file.content) }
            guard case .unsupportedFormat(let found) = error, file.size != nil else { continue }
            #expect(file.name.hasSuffix(".\(found.lowercased())"), "\(file.name): \(found)")
        }
    }

    /// The size is known without decoding, and a file's name is that of its format.
    @Test func headersSayTheSize() throws {
        for file in files where file.isRead {
            guard let size = file.size, let image = try? ImageDecoder().decode(file.content) else { continue }
            let found = try ImageDecoder().size(of: file.content)
            #expect([found.width, found.height] == size && image.width == size[0], "\(file.name)")
            #expect(file.name.hasSuffix(try ImageDecoder().formatName(of: file.content).lowercased()))
        }
    }

    /// Screens and bitmaps of billions of pixels take no memory.
    @Test func bombsAreRefusedByTheirHeader() {
        var gif = Array("GIF89a".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0]
        gif += [0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 8, 1, 0, 0]
        #expect(
            throws: ImageError.tooLarge(
                width: 65_535, height: 65_535, maximumPixelCount: ImageDecoder.defaultMaximumPixelCount)
        ) {
            try ImageDecoder().decode(Data(gif))
        }
        let webP = Array("RIFF".utf8) + [100, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0]
        #expect(
            throws: ImageError.tooLarge(
                width: 1 << 24, height: 1 << 24, maximumPixelCount: ImageDecoder.defaultMaximumPixelCount)
        ) {
            try ImageDecoder().decode(Data(webP + [UInt8](repeating: 0xFF, count: 6)))
        }
        // Sizes whose product does not fit an integer.
        var bmp = Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [40, 0, 0, 0] + [0xFF, 0xFF, 0xFF, 0xFF]
        bmp += [0xFF, 0xFF, 0xFF, 0xFE, 1, 0, 24, 0] + [UInt8](repeating: 0, count: 100)
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(Data(bmp)) }
        guard case .tooLarge = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
