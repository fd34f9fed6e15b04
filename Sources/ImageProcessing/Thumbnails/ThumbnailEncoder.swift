import CaptionerTurboJPEG
package import Foundation
package import SystemPackage

/// Makes small JPEGs of images, upright, for people to look at. No model sees them, so they are made to be quick:
/// a JPEG is reduced while it is decoded, to an eighth, a quarter or a half, whichever is just large enough.
///
/// An encoder holds no state: any number of threads may share one.
package struct ThumbnailEncoder: Sendable {
    /// Sizes that make sense, in pixels.
    package static let sizes = 1...1024

    /// The longer side of what is made, in pixels. Smaller images stay as they are.
    package let size: Int
    /// libjpeg's, 1 to 100.
    package let quality: Int
    private let decoder = ImageDecoder()

    /// - Parameters:
    ///   - size: within `sizes`; what is beyond counts as the next that is not.
    ///   - quality: 1 to 100, likewise.
    package init(size: Int, quality: Int = 70) {
        self.size = min(max(size, Self.sizes.lowerBound), Self.sizes.upperBound)
        self.quality = min(max(quality, 1), 100)
    }

    /// Reads an image file and makes a small JPEG of it.
    /// - Throws: `ImageError` as `ImageDecoder.decode(contentsOf:)` has it.
    package func thumbnail(ofFile url: URL) throws(ImageError) -> Data {
        try thumbnail(of: decoder.bytes(of: url))
    }

    /// Reads an image file, whatever bytes its path has, and makes a small JPEG of it.
    /// - Throws: as ``thumbnail(ofFile:)-(URL)``.
    package func thumbnail(ofFile path: FilePath) throws(ImageError) -> Data {
        try thumbnail(of: decoder.bytes(of: path))
    }

    /// Makes a small JPEG of an image file held in memory.
    /// - Throws: `ImageError` as `ImageDecoder.decode(_:)` has it.
    package func thumbnail(of picture: Data) throws(ImageError) -> Data {
        try thumbnail(of: decoder.decode(picture, atLeast: size))
    }

    /// Makes a small JPEG of pixels.
    package func thumbnail(of decoded: RGBImage) throws(ImageError) -> Data {
        let scale = min(1, Double(size) / Double(max(decoded.width, decoded.height)))
        let width = max(1, Int((Double(decoded.width) * scale).rounded()))
        let height = max(1, Int((Double(decoded.height) * scale).rounded()))
        return try encode(decoded.resized(width: width, height: height))
    }

    private func encode(_ image: RGBImage) throws(ImageError) -> Data {
        guard let handle = tjInitCompress() else {
            throw .corrupt(format: "thumbnail", cause: String(cString: tjGetErrorStr2(nil)))
        }
        defer { tjDestroy(handle) }
        let subsampling = Int32(TJSAMP_420.rawValue)
        var count = tjBufSize(Int32(image.width), Int32(image.height), subsampling)
        var jpeg = Data(count: Int(count))
        let status = jpeg.withUnsafeMutableBytes { jpeg in
            // The buffer is as large as it ever has to be, and stays where it is.
            var buffer = jpeg.bindMemory(to: UInt8.self).baseAddress
            return tjCompress2(
                handle, image.bytes, Int32(image.width), 0, Int32(image.height), Int32(TJPF_RGB.rawValue), &buffer,
                &count, subsampling, Int32(quality), TJFLAG_NOREALLOC | TJFLAG_PROGRESSIVE)
        }
        guard status == 0 else {
            throw .corrupt(format: "thumbnail", cause: String(cString: tjGetErrorStr2(handle)))
        }
        return jpeg.prefix(Int(count))
    }
}
