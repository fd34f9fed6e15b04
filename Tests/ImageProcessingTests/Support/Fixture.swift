import Foundation
import Testing

/// An image of `Fixtures` and what Pillow and transformers made of it. `weights-tools/fixtures/image_references.py` wrote
/// both.
struct Fixture: Sendable, CustomTestStringConvertible {
    /// The path under the folder.
    let name: String
    let reference: Reference

    /// Hashes are SHA-256 of the arrays' bytes.
    struct Reference: Decodable, Sendable {
        /// Width and height, turned as EXIF says.
        let size: [Int]
        /// `[H, W, 3]` bytes, turned as EXIF says.
        let rgb: String
        /// `[H, W, 3]` bytes as they are stored.
        let rgbOrientationIgnored: String
        /// `[3, 224, 224]` float32
        let pixelValues224: String
        /// `[3, 37, 61]` float32
        let pixelValuesOdd: String

        private enum CodingKeys: String, CodingKey {
            case size
            case rgb
            case rgbOrientationIgnored = "rgb_orientation_ignored"
            case pixelValues224 = "pixel_values_224x224"
            case pixelValuesOdd = "pixel_values_37x61"
        }
    }

    private struct ReferenceFile: Decodable {
        let files: [String: Reference]
    }

    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// All of them, in the order of their names. Empty when they cannot be read, which a test of its own takes amiss.
    static let all: [Fixture] = {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("reference.json")),
            let reference = try? JSONDecoder().decode(ReferenceFile.self, from: data)
        else { return [] }
        return reference.files.map { Fixture(name: $0.key, reference: $0.value) }.sorted { $0.name < $1.name }
    }()

    var url: URL { Self.folder.appendingPathComponent(name) }
    var testDescription: String { name }

    /// The bytes of the image of that name.
    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(name))
    }
}
