import Captioner
import CaptionerFiles
import CaptionerImageProcessing
import Foundation
import SystemPackage

/// The small pictures of a report.
enum ReportThumbnail: Sendable, Equatable {
    /// In base64.
    case jpeg(String)
    /// There is no such file.
    case missing
    /// There is one, but no picture in it that could be shown.
    case unreadable

    /// What the page is given: a text, null or false.
    var json: String {
        switch self {
        case .jpeg(let text): "\"\(text)\""
        case .missing: "null"
        case .unreadable: "false"
        }
    }

    /// Makes the thumbnails of files, as many at once as there are processors for this process, in order.
    /// - Parameters:
    ///   - size: of the longer side in pixels.
    ///   - progress: is told the share that is done.
    static func make(
        _ pictures: [PictureSource], size: Int, progress: (Double) -> Void
    ) async throws -> [ReportThumbnail] {
        let encoder = ThumbnailEncoder(size: size)
        var thumbnails = [ReportThumbnail](repeating: .missing, count: pictures.count)
        try await withThrowingTaskGroup(of: (Int, ReportThumbnail).self) { group in
            var next = 0
            func addTask() {
                guard next < pictures.count else { return }
                let (number, picture) = (next, pictures[next])
                group.addTask {
                    try Task.checkCancellation()
                    return (number, make(picture, encoder))
                }
                next += 1
            }
            for _ in 0..<CaptionerOptions.defaultThreadCount { addTask() }
            var done = 0
            while let (number, thumbnail) = try await group.next() {
                thumbnails[number] = thumbnail
                done += 1
                if done % 64 == 0 { progress(Double(done) / Double(pictures.count)) }
                addTask()
            }
        }
        return thumbnails
    }

    private static func make(_ picture: PictureSource, _ encoder: ThumbnailEncoder) -> ReportThumbnail {
        switch picture {
        case .file(let path):
            do {
                return .jpeg(try encoder.thumbnail(ofFile: path).base64EncodedString())
            } catch {
                return path.exists ? .unreadable : .missing
            }
        case .data(let address):
            return (try? encoder.thumbnail(of: address.decoded())).map { .jpeg($0.base64EncodedString()) }
                ?? .unreadable
        case .refused: return .missing
        }
    }
}
