import CaptionerImageProcessing
import Foundation

/// Decodes and processes images.
///
/// After a reply without an error come the image's RGB bytes, `[H, W, 3]`, and `pixel_values`, `[3, h, w]` float32
/// in the machine's byte order.
struct PictureProbe {
    private struct Request: Decodable {
        let path: String
        /// Whether the image is turned as its EXIF says.
        let turns: Bool
        let height: Int
        let width: Int
    }

    private struct Reply: Encodable {
        var error: String?
        var width: Int?
        var height: Int?
        var note: String?
        var isTruncated: Bool?
        var seconds: Double?
    }

    func run() throws {
        while let request = try Replies.next(Request.self) {
            var configuration = ImageProcessorConfiguration()
            configuration.size = .init(height: request.height, width: request.width)
            let processor = try ImageProcessor(configuration)
            let decoder = ImageDecoder(orientation: request.turns ? .apply : .ignore)
            do {
                let ((image, values), seconds) = try Replies.timed {
                    let image = try decoder.decode(contentsOf: URL(fileURLWithPath: request.path))
                    return (image, processor(image))
                }
                let reply = Reply(
                    width: image.width, height: image.height, note: image.note, isTruncated: image.isTruncated,
                    seconds: seconds)
                try image.bytes.withUnsafeBytes { bytes in
                    try values.withUnsafeBytes { values in try Replies.send(reply, payloads: [bytes, values]) }
                }
            } catch let error as ImageError {
                try Replies.send(Reply(error: error.description))
            }
        }
    }
}
