import Foundation
import TestSupport

extension TemporaryFolder {
    /// A folder with a data set of three samples, `set.jsonl`, and their images, `0.png` to `2.png`.
    static func withThreeSamples() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for index in 0..<3 {
            try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-00\(index).png"), as: "\(index).png")
        }
        let lines = (0..<3).map {
            #"{"id": "s\#($0)", "text": "<__dj__image>\nold \#($0) <|__dj__eoc|>", "images": ["\#($0).png"]}"#
        }
        try folder.write(lines.joined(separator: "\n"), as: "set.jsonl")
        return folder
    }
}
