import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import Foundation
import SystemPackage

/// The small images of a report.
enum ReportThumbnail: Sendable, Equatable {
    /// In base64.
    case jpeg(String)
    /// There is no such file.
    case missing
    /// There is one, but no image in it that could be shown.
    case unreadable

    /// What the page is given: a text, null or false.
    var json: String {
        switch self {
        case .jpeg(let text): "\"\(text)\""
        case .missing: "null"
        case .unreadable: "false"
        }
    }

    /// Makes the thumbnails of images, in order.
    /// - Parameters:
    ///   - size: of the longer side in pixels.
    ///   - threadCount: how many are made at once.
    ///   - progress: receives the share that is done.
    static func make(
        _ pictures: [any PictureSource], size: Int, threadCount: Int, progress: (Double) -> Void
    ) async throws -> [ReportThumbnail] {
        let encoder = ThumbnailEncoder(size: size)
        return try await concurrentMap(
            pictures, atOnce: threadCount,
            finished: { if $0 % 64 == 0 { progress(Double($0) / Double(pictures.count)) } },
            { make($0, encoder) })
    }

    /// An image as JPEG, as large as such images become; nil if there is none that can be shown.
    static func large(of picture: any PictureSource) -> Data? {
        let encoder = ThumbnailEncoder(size: ThumbnailEncoder.sizes.upperBound, quality: 85)
        return try? encoder.thumbnail(of: picture.bytes())
    }

    private static func make(_ picture: any PictureSource, _ encoder: ThumbnailEncoder) -> ReportThumbnail {
        guard let jpeg = try? encoder.thumbnail(of: picture.bytes()) else {
            return picture.exists ? .unreadable : .missing
        }
        return .jpeg(jpeg.base64EncodedString())
    }
}
