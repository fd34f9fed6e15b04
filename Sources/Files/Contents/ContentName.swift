/// What a file holds, judged by its first bytes and never by its name.
package enum ContentName {
    /// How many bytes from the start are enough to recognise them.
    package static let sampleSize = 512

    /// The name, for people, of what begins with these bytes, such as `HTML` or `ZIP`; nil for what is not known.
    /// - Parameter bytes: the start of the file; more than `sampleSize` bytes are not looked at.
    package static func of(_ bytes: some Sequence<UInt8>) -> String? {
        let sample = Array(bytes.prefix(sampleSize))
        return sample.isEmpty ? nil : binaryName(sample) ?? textName(sample)
    }

    private static func binaryName(_ sample: [UInt8]) -> String? {
        // It begins with a file's name, which may look like anything.
        if sample.dropFirst(257).starts(with: "ustar".utf8) { return "tar" }
        for (magic, name) in magicNumbers where sample.starts(with: magic) {
            return name
        }
        if sample.starts(with: "RIFF".utf8) {
            return sample.dropFirst(8).starts(with: "WEBP".utf8) ? "WebP" : "RIFF (audio or video)"
        }
        // Two letters alone may begin a text.
        if sample.starts(with: "BM".utf8), sample.dropFirst(2).prefix(12).contains(where: { $0 < 9 }) { return "BMP" }
        if let variant = sample.dropFirst().first, sample.first == UInt8(ascii: "P"), (0x31...0x37).contains(variant),
            let space = sample.dropFirst(2).first, [0x09, 0x0A, 0x0D, 0x20].contains(space)
        {
            return "PNM"
        }
        if isONNX(sample) { return "ONNX" }
        if sample.dropFirst(4).starts(with: "ftyp".utf8) { return isoMediaName(sample) }
        return sample.allSatisfy { $0 == 0 } ? "zero bytes" : nil
    }

    private static let magicNumbers: [(magic: [UInt8], name: String)] = [
        ([0xFF, 0xD8, 0xFF], "JPEG"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "PNG"),
        (Array("GIF8".utf8), "GIF"),
        ([0x49, 0x49, 0x2A, 0x00], "TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2A], "TIFF"),
        ([0x49, 0x49, 0x2B, 0x00], "TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2B], "TIFF"),
        ([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20], "JPEG XL"),
        ([0xFF, 0x0A], "JPEG XL"),
        ([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20], "JPEG 2000"),
        ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        ([0x49, 0x49, 0xBC], "JPEG XR"),
        ([0x8A, 0x4D, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "MNG"),
        ([0x00, 0x00, 0x01, 0x00], "ICO"),
        ([0x00, 0x00, 0x02, 0x00], "CUR"),
        (Array("qoif\0".utf8), "QOI"),
        (Array("DDS |\0".utf8), "DDS"),
        (Array("icns\0".utf8), "ICNS"),
        (Array("gimp xcf ".utf8), "GIMP document"),
        (Array("#?RADIANCE".utf8), "Radiance HDR"),
        ([0x76, 0x2F, 0x31, 0x01], "OpenEXR"),
        ([0xC5, 0xD0, 0xD3, 0xC6], "PostScript"),
        (Array("%!PS".utf8), "PostScript"),
        ([0x1A, 0x45, 0xDF, 0xA3], "WebM or Matroska"),
        (Array("OggS".utf8), "Ogg"),
        (Array("Rar!".utf8), "RAR"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"),
        (Array("8BPS".utf8), "Photoshop document"),
        (Array("%PDF".utf8), "PDF"),
        ([0x50, 0x4B, 0x03, 0x04], "ZIP"),
        ([0x1F, 0x8B], "gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
        (Array("BZh".utf8), "bzip2"),
        (Array("PAR1".utf8), "Parquet"),
        (Array("ARROW1".utf8), "Arrow"),
        (Array("SQLite format 3\0".utf8), "SQLite"),
        (Array("GGUF".utf8), "GGUF"),
        ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "HDF5"),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "NumPy"),
        ([0x80, 0x02], "a pickle of Python"),
        ([0x80, 0x04, 0x95], "a pickle of Python"),
    ]

    /// A protocol buffer with the format's version, below 32, in the first field, and in the second the name of the
    /// program that made it.
    private static func isONNX(_ sample: [UInt8]) -> Bool {
        guard sample.count > 4, sample[0] == 0x08, (1..<32).contains(sample[1]), sample[2] == 0x12 else { return false }
        let name = sample[4...].prefix(Int(sample[3]))
        return !name.isEmpty && name.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// The box that begins with its length and `ftyp` names a brand, a version, and brands that it is compatible with.
    private static func isoMediaName(_ sample: [UInt8]) -> String {
        let boxEnd = sample.prefix(4).reduce(0) { min($0 << 8 | Int($1), sampleSize) }
        let brands = stride(from: 8, to: min(boxEnd, sample.count), by: 4).map { offset in
            String(decoding: sample[offset..<min(offset + 4, sample.count)], as: UTF8.self)
        }
        if brands.contains(where: ["avif", "avis"].contains) { return "AVIF" }
        let heic = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]
        return brands.first.map(heic.contains) == true ? "HEIC" : "MP4 or another ISO media file"
    }
}
