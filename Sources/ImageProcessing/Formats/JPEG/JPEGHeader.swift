/// What a JPEG says about itself before its first scan.
///
/// libjpeg reads the same again. This comes first because sizes must be judged before memory is taken, and because
/// TurboJPEG neither hands out EXIF nor, before version 3, the sizes of images with unusual chroma subsampling.
struct JPEGHeader {
    let width: Int
    let height: Int
    /// 1: grey, 3: colour, 4: CMYK in one of its forms.
    let componentCount: Int
    let orientation: EXIFOrientation
    /// Where the entropy-coded data of the first scan begins.
    let dataOffset: Int

    /// - Throws: `ImageError.corrupt` when the header does not lead to a scan, `unsupportedFeature` when it does but
    ///   the samples are not 8 bits wide or not of 1, 3 or 4 components.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        let reader = ByteReader(bytes: bytes)
        var frame: Frame?
        var exif: [UInt8] = []
        var xmp: [UInt8] = []
        var offset = 2  // after the start-of-image marker
        while let marker = JPEGMarker.next(in: reader, at: &offset) {
            if marker.standsAlone { continue }
            guard marker != .endOfImage, let stated = reader.uint16(at: offset) else { break }
            // The length counts itself. libjpeg takes less for a segment without payload.
            let length = max(Int(stated), 2)
            let payload = reader.slice(at: offset + 2, length: length - 2)
            offset += length
            guard offset <= reader.count else { break }
            switch marker {
            case .application1 where payload.starts(with: "Exif\0\0"):
                // A block that does not fit into one segment continues in the next, after the same six letters.
                exif += payload.dropFirst(6)
            case .application1 where payload.starts(with: "http://ns.adobe.com/xap/1.0/\0"):
                xmp = Array(payload.drop { $0 != 0 }.dropFirst())
            case _ where marker.startsFrame && frame == nil:
                frame = try Frame(payload)
            case .startOfScan:
                guard let frame else { throw .corrupt(format: "JPEG", cause: "a scan without a frame header") }
                guard offset < reader.count else {
                    throw .corrupt(format: "JPEG", cause: "the file ends before the image data")
                }
                (width, height, componentCount) = (frame.width, frame.height, frame.componentCount)
                orientation = EXIFOrientation(exif: exif, xmp: xmp)
                dataOffset = offset
                return
            default: break
            }
        }
        throw .corrupt(format: "JPEG", cause: "the file ends within the header")
    }

    private struct Frame {
        let width: Int
        let height: Int
        let componentCount: Int

        init(_ payload: UnsafeRawBufferPointer) throws(ImageError) {
            let reader = ByteReader(bytes: payload)
            guard let precision = reader.byte(at: 0), let height = reader.uint16(at: 1),
                let width = reader.uint16(at: 3), let componentCount = reader.byte(at: 5)
            else { throw .corrupt(format: "JPEG", cause: "the frame header is too short") }
            guard precision == 8 else {
                throw .unsupportedFeature(format: "JPEG", feature: "\(precision) bits per sample")
            }
            guard componentCount == 1 || componentCount == 3 || componentCount == 4 else {
                throw .unsupportedFeature(format: "JPEG", feature: "\(componentCount) components per pixel")
            }
            guard width > 0, height > 0 else {
                throw .corrupt(format: "JPEG", cause: "the header says \(width) x \(height) pixels")
            }
            self.width = Int(width)
            self.height = Int(height)
            self.componentCount = Int(componentCount)
        }
    }
}
