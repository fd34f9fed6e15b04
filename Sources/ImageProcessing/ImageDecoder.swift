import CaptionerFiles
package import Foundation
package import SystemPackage

/// Decodes image files to RGB, bit for bit as Pillow's `Image.open(...).convert("RGB")` does with
/// `ImageFile.LOAD_TRUNCATED_IMAGES` set.
///
/// Alpha is dropped without compositing, gamma and colour profiles are not applied, 16-bit grey is clipped to 255 and
/// 16-bit colour loses its low byte. What a file is, its first bytes show. A decoder holds no state: any number
/// of threads may share one.
///
/// It differs from Pillow on purpose in these cases:
/// - A file of which nothing can be shown is an error, where Pillow gives a blank image.
/// - A progressive JPEG cut within a segment between two scans shows the scans before, where Pillow gives a blank one.
/// - Broken EXIF counts as none, where Pillow may raise. Where Pillow turns the image and then raises because it
///   cannot write the rest of the EXIF anew, the image is turned.
/// - Chunks of a PNG that make Pillow refuse the image (a packed text of an unknown method, more than 64 MiB of text,
///   any chunk cut after the pixels) are skipped.
/// - A PNG with an unknown critical chunk, or indexed without a palette, is an error, as libpng has it.
///
/// Of a GIF the first frame counts. GIFs and BMPs of which Pillow shows as much as is there, and rest in one colour, are the
/// same here; where it is of one colour throughout, because nothing could be decoded, the file is an error. Of BMPs it
/// follows Pillow 13: earlier versions read run-length encodings with an odd number of pixels wrong.
///
/// Of animated WebPs the first frame counts as well, and of AVIF and HEIC the primary image. In these three, what is cut is
/// an error, as in Pillow, and so it is in a TIFF with compression. Beside pillow-heif, HEICs of 4:2:0 differ by a level
/// where libheif is older than its own.
///
/// Orientation is what `ImageOps.exif_transpose` of Pillow 12 goes by. The EXIF tag may be a number of any type that TIFF
/// and BigTIFF have, the last one counts, and of several values the first. In a PNG it is also found as text (`Raw
/// profile type exif`, `exif`). Only where EXIF has no such tag does XMP count, `tiff:Orientation` as an attribute in
/// double quotes or as an element; in a JPEG, Pillow looks for it from version 11 on. A tag that says none of the eight
/// orientations turns nothing.
///
/// Truncated progressive JPEGs with vertical chroma subsampling come out a few levels different where libjpeg-turbo is
/// older than 3.0.1, which corrected how it smooths them (its issues 700 and 721). Lossless JPEG, which Pillow has from
/// libjpeg-turbo 3, is an error where the library is older.
///
/// transformers from version 5 composites transparent images on white when it is handed them as they are;
/// Data-Juicer, and earlier versions, convert them as described here.
package struct ImageDecoder: Sendable {
    /// Pillow's limit for a "decompression bomb": twice a quarter of a gibibyte of RGB pixels.
    package static let defaultMaximumPixelCount = 2 * 89_478_485

    /// What to do about the EXIF orientation tag.
    package let orientation: ImageOrientation
    /// Images with more pixels are refused by their header, before memory is taken.
    package let maximumPixelCount: Int

    package init(
        orientation: ImageOrientation = .apply, maximumPixelCount: Int = ImageDecoder.defaultMaximumPixelCount
    ) {
        self.orientation = orientation
        self.maximumPixelCount = maximumPixelCount
    }

    /// Decodes an image held in memory.
    /// - Throws: `ImageError` of every kind but `unreadable` and `invalidConfiguration`.
    package func decode(_ data: Data) throws(ImageError) -> RGBImage { try decode(data, atLeast: nil) }

    /// Decodes an image that will be made small: with formats that have a faster way it comes out reduced, but its longer
    /// side no less than `size` pixels unless it is less in the file.
    /// - Throws: `ImageError` as `decode(_:)` has it.
    func decode(_ data: Data, atLeast size: Int?) throws(ImageError) -> RGBImage {
        // `withUnsafeBytes` does not carry the type of an error, a `Result` does.
        try data.withUnsafeBytes { bytes in
            Result { () throws(ImageError) -> RGBImage in try decode(bytes, atLeast: size) }
        }.get()
    }

    /// Reads and decodes a file. What is of no format that is decoded is turned away after its first bytes.
    /// - Throws: `ImageError`; `unreadable` when there is no such file or it may not or cannot be read.
    package func decode(contentsOf url: URL) throws(ImageError) -> RGBImage {
        try decode(bytes(of: url))
    }

    /// Reads a file that can be an image. What is of no format that is decoded is turned away after its first bytes.
    /// - Throws: `ImageError.unreadable`, `.empty`, `.unsupportedFormat`.
    package func bytes(of url: URL) throws(ImageError) -> Data {
        let path = FilePath(url)
        guard url.isFileURL else {
            // Of a relative path Foundation makes the address of a file only where it can be made absolute.
            let isPath = url.scheme == nil && path.startsInRemovedFolder
            throw .unreadable(
                path: isPath ? path.escaped : url.absoluteString,
                cause: isPath ? FilePath.removedFolderCause : "this is not the address of a file")
        }
        return try bytes(of: path)
    }

    /// Reads a file that can be an image, whatever bytes its path has.
    /// - Throws: as ``bytes(of:)-(URL)``.
    package func bytes(of path: FilePath) throws(ImageError) -> Data {
        let file = try PictureFile(path)
        let start = try file.read(upToCount: ContentName.sampleSize)
        try start.withUnsafeBytes { bytes in
            Result { () throws(ImageError) -> Void in _ = try format(of: bytes) }
        }.get()
        return try file.readToEnd(after: start)
    }

    /// - Throws: `ImageError.empty`, `.unsupportedFormat`.
    func format(of bytes: UnsafeRawBufferPointer) throws(ImageError) -> any ImageFormat.Type {
        guard !bytes.isEmpty else { throw .empty }
        let start = Array(bytes.prefix(ContentName.sampleSize))
        if let format = ImageFormats.all.first(where: { $0.claims(start) }) { return format }
        let digits = start.prefix(4).map { $0.hexadecimal.lowercased() }
        throw .unsupportedFormat(
            found: ContentName.of(start) ?? "an unknown format (first bytes 0x\(digits.joined()))")
    }

    private func decode(_ bytes: UnsafeRawBufferPointer, atLeast size: Int?) throws(ImageError) -> RGBImage {
        let file = try format(of: bytes).init(bytes)
        let (pixelCount, overflow) = file.width.multipliedReportingOverflow(by: file.height)
        guard !overflow, pixelCount <= maximumPixelCount else {
            throw .tooLarge(width: file.width, height: file.height, maximumPixelCount: maximumPixelCount)
        }
        let image: RGBImage
        if let size, let reduced = file.decodeReduced(bytes, atLeast: size) {
            image = reduced
        } else {
            image = try file.decode(bytes)
        }
        return orientation == .apply ? image.oriented(file.orientation) : image
    }
}
