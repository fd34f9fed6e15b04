import CaptionerFiles
import CaptionerJSON

extension ForeignContents {
    static let wideText = "it is text in UTF-16 or UTF-32; save it as UTF-8, for example with iconv -t UTF-8"

    /// A sentence about a file that should be paths or a table; nil where it may be.
    ///
    /// A path may begin with the letters that files of another kind begin with, so something must be there that no text has.
    /// - Parameter bytes: the start of the file; more than `ContentName.sampleSize` bytes are not looked at.
    static func whyNoText(_ bytes: some Sequence<UInt8>) -> String? {
        let sample = Array(bytes.prefix(ContentName.sampleSize))
        if JSONParser.isWideText(sample) { return wideText }
        guard sample.contains(where: { $0 < 0x20 && !(0x09...0x0D).contains($0) }) else { return nil }
        return explanation(sample, expected: .text)
    }
}
