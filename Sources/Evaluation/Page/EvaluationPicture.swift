import CaptionerFiles
import CaptionerImageProcessing
import Foundation
import SystemPackage

/// The small image of a question.
enum EvaluationPicture: Sendable {
    /// In Base64.
    case jpeg(String)
    case unavailable(cause: String)

    /// Makes those of images, in order.
    /// - Parameters:
    ///   - folder: of image files; nil if there is none, and they are only named.
    ///   - size: of the longer side in pixels.
    ///   - threadCount: how many are made at once.
    /// - Throws: `CancellationError`.
    static func make(
        _ images: [EvaluationImage], in folder: FilePath?, size: Int, threadCount: Int
    ) async throws -> [EvaluationPicture] {
        let encoder = ThumbnailEncoder(size: size)
        return try await concurrentMap(images, atOnce: threadCount) { image in
            if case .file = image, folder == nil { return .unavailable(cause: image.name) }
            do {
                return .jpeg(try encoder.thumbnail(of: image.bytes(in: folder ?? ".")).base64EncodedString())
            } catch {
                return .unavailable(cause: "\(image.name): \((error as? AnswerFailure)?.message ?? "\(error)")")
            }
        }
    }
}
