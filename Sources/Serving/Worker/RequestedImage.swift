import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerJSON
import Foundation
import SystemPackage

/// The image of a request: `"image"` (a path or an address), `"image_base64"` (the bytes of a file), or `"pixels"` (the
/// samples of a decoded image, as Base64) with `"width"`, `"height"` and, unless there are three, `"channels"`.
struct RequestedImage {
    /// The image as the line has it; nil for bytes and pixels.
    var path: String?
    /// The image, or why the bytes in an address are none.
    let source: Result<ImageSource, ItemFailure>

    init(_ members: [JSONMember]) throws(RequestFlaw) {
        var given: [(name: String, text: String)] = []
        for name in ["image", "image_base64", "pixels"] {
            if let text = try WorkerRequest.text(name, of: members) { given.append((name, text)) }
        }
        guard let (name, text) = given.first else { throw RequestFlaw("none of image, image_base64 and pixels") }
        guard given.count == 1 else { throw RequestFlaw("both \(name) and \(given[1].name)") }
        switch name {
        case "image":
            guard !text.isEmpty, !text.utf8.contains(0) else { throw RequestFlaw("image is no path") }
            path = text.pictureName
            let picture = PictureReference.source(of: text)
            source = Result { () throws(ItemFailure) in
                // Files are read when their batch is prepared.
                if let file = picture.file { return .file(file.url) }
                return .data(try picture.bytes())
            }
        case "image_base64":
            guard let data = Data(base64Encoded: text) else { throw RequestFlaw("image_base64 is not Base64") }
            source = .success(.data(data))
        default:
            source = .success(try Self.pixels(text, of: members))
        }
    }

    private static let formats: [Int: PixelFormat] = [1: .gray, 3: .rgb, 4: .rgba]

    /// Sizes are compared before anything is decoded; the line's own length limits them.
    private static func pixels(_ text: String, of members: [JSONMember]) throws(RequestFlaw) -> ImageSource {
        func size(_ name: String, unlessGiven standard: Int? = nil) throws(RequestFlaw) -> Int {
            guard let value = members.value(of: name), !value.isNull else {
                guard let standard else { throw RequestFlaw("pixels without \(name)") }
                return standard
            }
            guard let size = value.size, size > 0 else { throw RequestFlaw("\(name) is not a positive integer") }
            return size
        }
        let (width, height) = (try size("width"), try size("height"))
        let channels = try size("channels", unlessGiven: 3)
        guard let format = formats[channels] else { throw RequestFlaw("channels is \(channels), not 1, 3 or 4") }
        let (pixelCount, pixelOverflow) = width.multipliedReportingOverflow(by: height)
        let (byteCount, overflow) = pixelCount.multipliedReportingOverflow(by: channels)
        let needed = "pixels is not \(width) x \(height) x \(channels) bytes"
        // Three bytes are four characters, and the last one or two are padded to as many.
        guard !pixelOverflow, !overflow, text.utf8.count / 4 == (byteCount - 1) / 3 + 1 else {
            throw RequestFlaw(needed)
        }
        guard let data = Data(base64Encoded: text) else { throw RequestFlaw("pixels is not Base64") }
        guard data.count == byteCount,
            let image = try? ImageSource.pixels(data, width: width, height: height, format: format)
        else { throw RequestFlaw(needed) }
        return image
    }
}
