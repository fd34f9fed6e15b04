package import Foundation
package import SystemPackage

extension ImageDecoder {
    /// Width and height of an image as its header states them, after the turn that its orientation asks for. The pixels
    /// are not looked at.
    /// - Throws: `ImageError.empty`, `.unsupportedFormat`, `.corrupt`, `.unsupportedFeature`.
    package func size(of data: Data) throws(ImageError) -> (width: Int, height: Int) {
        try data.withUnsafeBytes { bytes in
            Result { () throws(ImageError) -> (Int, Int) in
                let file = try format(of: bytes).init(bytes)
                let isTurned = orientation == .apply && file.orientation.swapsAxes
                return isTurned ? (file.height, file.width) : (file.width, file.height)
            }
        }.get()
    }

    /// Width and height of the image in a file as they are stored. Only its start is read, unless what precedes the
    /// pixels is longer.
    /// - Throws: as ``size(of:)``, and `ImageError.unreadable`.
    package func storedSize(of path: FilePath) throws(ImageError) -> (width: Int, height: Int) {
        let file = try PictureFile(path)
        let start = try file.read(upToCount: Self.usualHeaderSize)
        // What else a file says of its orientation may follow the pixels.
        let decoder = ImageDecoder(orientation: .ignore)
        do throws(ImageError) {
            return try decoder.size(of: start)
        } catch {
            guard case .corrupt = error, start.count == Self.usualHeaderSize else { throw error }
            return try decoder.size(of: file.readToEnd(after: start))
        }
    }

    /// In bytes; thumbnails and colour profiles may take more.
    private static let usualHeaderSize = 1 << 16
}
