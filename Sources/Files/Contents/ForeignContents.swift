/// What a file holds in place of what its name promises, and what to do about it: downloads leave web pages, pointers and
/// archives under the names of models.
package enum ForeignContents {
    package enum Expected: Sendable {
        case json
        case text
        case safetensors
    }

    /// A sentence about a file that could not be read as what it should be; nil where its contents may be damaged, but
    /// are of no other known kind.
    /// - Parameter bytes: the start of the file; more than `ContentName.sampleSize` bytes are not looked at.
    package static func explanation(_ bytes: some Sequence<UInt8>, expected: Expected) -> String? {
        let sample = Array(bytes.prefix(ContentName.sampleSize))
        guard let name = ContentName.of(sample) else { return nil }
        switch name {
        case _ where name.hasPrefix("a Git LFS pointer"):
            return "it is a pointer of Git LFS; fetch the file it points to, for example with git lfs pull"
        case "HTML", "HTML or XML", "XML", "PHP", "an HTTP response":
            return
                "it is a web page (\(name)) that was saved in place of the file; download the file again, and log in "
                + "first if the model is gated"
        case "text in UTF-16": return "it is text in UTF-16; save it as UTF-8"
        case "ZIP" where expected == .safetensors:
            return "it is a ZIP archive, as PyTorch writes .bin and .pt files; convert it with "
                + "weights-tools/convert_bin.py, or unpack it if it is an archive of the model"
        case "JSON" where expected == .json: return nil
        case "text" where expected == .text: return nil
        case "text": return "it is text that begins with \"\(firstLine(sample))\"; download the file again"
        case "JSON": return "it is JSON that begins with \(firstLine(sample)); download the file again"
        case "tar": return "it is an archive (tar); unpack it"
        case "ZIP", "gzip", "Zstandard", "xz", "bzip2", "7-Zip", "RAR": return "it is compressed (\(name)); unpack it"
        default: return "it looks like \(name)"
        }
    }

    private static func firstLine(_ sample: [UInt8]) -> String {
        let line = sample.drop { $0 <= 0x20 }.prefix { $0 >= 0x20 }
        let text = String(decoding: line, as: UTF8.self)
        return text.unicodeScalars.count > 60
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "..." : text
    }
}
