import CaptionerFiles
import CaptionerImageProcessing
package import CaptionerJSON
import Crypto
package import Foundation
package import SystemPackage

/// The image that a question is about.
package enum EvaluationImage: Sendable {
    /// A file, by its path relative to the folder of images.
    case file(String)
    /// A cell of a table that holds it in Base64.
    case cell(TableImage)

    /// What messages call it.
    package var name: String {
        switch self {
        case .file(let name): FilePath.escaped(Array(name.utf8))
        case .cell(let image): image.name
        }
    }

    /// What two questions about the same image have in common. Of a cell it is a hash of what is in it.
    package var key: ExactString {
        switch self {
        case .file(let name): ExactString(name)
        case .cell(let image): ExactString(SHA256.hash(data: image.cell).map { $0.hexadecimal }.joined())
        }
    }

    /// The encoded image.
    /// - Parameter folder: of image files.
    /// - Throws: `AnswerFailure`, which names the file, or the table and its row, and the cause.
    package func bytes(in folder: FilePath) throws(AnswerFailure) -> Data {
        switch self {
        case .file(let name):
            guard !name.utf8.contains(0) else {
                throw AnswerFailure("cannot read \(self.name.replacing("\0", with: "\\0")): a path has no NUL")
            }
            do {
                return try ImageDecoder().bytes(of: folder.pushing(FilePath(exactly: name)))
            } catch {
                throw AnswerFailure("\(error)")
            }
        case .cell(let image): return try image.decoded()
        }
    }
}
