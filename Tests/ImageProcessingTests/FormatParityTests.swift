import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// GIFs and BMPs of every form, whole, cut and broken, beside what Pillow makes of them.
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
    }

    private let files: [File]

    init() throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/formats.json")
        files = try JSONDecoder().decode([File].self, from: Data(contentsOf: fixtures))
    }

    @Test func pixelsAreThoseOfPillow() {
        var (equal, refused) = (0, 0)
        for file in files {
            do {
                let image = try ImageDecoder().decode(file.content)
                #expect([image.width, image.height] == file.size, "\(file.name)")
                #expect(SHA256.hexadecimal(image.bytes) == file.rgb, "\(file.name)")
                equal += 1
            } catch {
                // A file of which nothing can be shown is an error, where Pillow has an image of one colour.
                #expect(file.size == nil || file.plain == true, "\(file.name): \(error)")
                refused += 1
            }
        }
        #expect(equal > 200 && refused > 80, "\(equal) equal, \(refused) refused")
    }

    /// The size is known without decoding, and a file's name is that of its format.
    @Test func headersSayTheSize() throws {
        for file in files {
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
