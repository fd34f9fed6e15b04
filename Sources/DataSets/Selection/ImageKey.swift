import CaptionerImageProcessing
import CaptionerJSON
import Crypto
import Foundation

/// What the images of duplicate rows have in common: half a SHA-256.
struct ImageKey: Hashable, Comparable, Sendable {
    private let high: UInt64
    private let low: UInt64

    private init(_ hash: SHA256) {
        let bytes = Array(hash.finalize())
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func < (left: ImageKey, right: ImageKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    /// Why images have no key.
    struct Failure: Error, Sendable {
        let message: String
    }

    /// Of the bytes of all images in their order.
    /// - Throws: `Failure` if one cannot be read.
    static func exact(_ images: RowImages) throws(Failure) -> ImageKey {
        var hash = SHA256()
        for source in images.sources {
            // Of digests, which are all of one length: where an image ends is part of the key.
            hash.update(data: Data(SHA256.hash(data: try bytes(of: source))))
        }
        return ImageKey(hash)
    }

    /// Of the perceptual hashes of all images in their order. An image that a row names twice counts once, as Data-Juicer
    /// has it.
    /// - Throws: `Failure` if one cannot be read or decoded.
    static func perceptual(_ images: RowImages) throws(Failure) -> ImageKey {
        var hash = SHA256()
        var seen: Set<ExactString> = []
        for (name, source) in zip(images.names, images.sources) where seen.insert(ExactString(name)).inserted {
            let data = try bytes(of: source)
            do {
                hash.update(data: Data(PerceptualHash(try ImageDecoder().decode(data)).hexadecimal.utf8))
            } catch {
                throw Failure(message: "\(name.pictureName): \(error)")
            }
        }
        return ImageKey(hash)
    }

    private static func bytes(of source: any PictureSource) throws(Failure) -> Data {
        do {
            return try source.bytes()
        } catch {
            throw Failure(message: error.message)
        }
    }
}
