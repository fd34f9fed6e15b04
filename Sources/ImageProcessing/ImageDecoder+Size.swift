package import Foundation

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
}
