import CaptionerImageProcessing
import CaptionerJSON
import Crypto
import Foundation

/// What the images of duplicates have in common: half a SHA-256.
struct ImageKey: Hashable, Comparable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ data: some DataProtocol) {
        let bytes = Array(SHA256.hash(data: data))
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func < (left: ImageKey, right: ImageKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    /// Of the bytes of all images in their order.
    /// - Throws: `ItemFailure` if one cannot be read.
    static func exact(_ images: RowImages) throws(ItemFailure) -> ImageKey {
        var digests = Data()
        // Of digests, which are all of one length: where an image ends is part of the key.
        for (name, source) in zip(images.names, images.sources) {
            digests += Data(SHA256.hash(data: try bytes(of: source, name)))
        }
        return ImageKey(digests)
    }

    /// The perceptual hashes of images, in their order one after the other. An image that is named twice counts once, as
    /// Data-Juicer has it.
    /// - Throws: `ItemFailure` if one cannot be read or decoded.
    static func perceptualHashes(
        _ names: [String], _ sources: [any PictureSource], by decoder: ImageDecoder
    ) throws(ItemFailure) -> String {
        var hashes = ""
        var seen: Set<ExactString> = []
        for (name, source) in zip(names, sources) where seen.insert(ExactString(name)).inserted {
            let data = try bytes(of: source, name)
            do throws(ImageError) {
                hashes += PerceptualHash(try decoder.decode(data)).hexadecimal
            } catch {
                throw ItemFailure(stage: .decode, message: "\(name.pictureName): \(error)")
            }
        }
        return hashes
    }

    /// A message about a row that is kept nonetheless has to say which image it is about.
    private static func bytes(of source: any PictureSource, _ name: String) throws(ItemFailure) -> Data {
        do throws(ItemFailure) {
            return try source.bytes()
        } catch {
            guard error.stage != .read else { throw error }
            throw ItemFailure(
                stage: error.stage, message: "\(name.pictureName): \(error.message)", path: error.path)
        }
    }
}
