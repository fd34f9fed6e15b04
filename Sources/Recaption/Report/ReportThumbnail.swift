import Captioner
import Foundation
import ImageProcessing

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
        _ paths: [String], size: Int, progress: (Double) -> Void
    ) async throws -> [ReportThumbnail] {
        let encoder = ThumbnailEncoder(size: size)
        var thumbnails = [ReportThumbnail](repeating: .missing, count: paths.count)
        try await withThrowingTaskGroup(of: (Int, ReportThumbnail).self) { group in
            var next = 0
            func addTask() {
                guard next < paths.count else { return }
                let (number, path) = (next, paths[next])
                group.addTask {
                    try Task.checkCancellation()
                    return (number, make(path, encoder))
                }
                next += 1
            }
            for _ in 0..<CaptionerOptions.defaultThreadCount { addTask() }
            var done = 0
            while let (number, thumbnail) = try await group.next() {
                thumbnails[number] = thumbnail
                done += 1
                if done % 64 == 0 { progress(Double(done) / Double(paths.count)) }
                addTask()
            }
        }
        return thumbnails
    }

    private static func make(_ path: String, _ encoder: ThumbnailEncoder) -> ReportThumbnail {
        do {
            return .jpeg(try encoder.thumbnail(ofFile: URL(fileURLWithPath: path)).base64EncodedString())
        } catch {
            return FileManager.default.fileExists(atPath: path) ? .unreadable : .missing
        }
    }
}
