/// A text with captions added to it.
enum SidecarAddition {
    /// What a text file holds when captions are added to what it holds; nil if they are there already, so that a run that
    /// was killed between a text file and its row adds nothing twice when it resumes. Nor does another run.
    ///
    /// White space at the end of the old text makes place for the separator.
    static func contents(
        _ old: [UInt8], adding captions: String, _ existing: ExistingText, separator: String
    ) -> [UInt8]? {
        let old = trimmed(old)
        let new = trimmed(Array(captions.utf8))
        if new.isEmpty || old == new { return nil }
        if old.isEmpty { return new + [lineFeed] }
        if existing == .prepend {
            let start = new + separator.utf8
            return old.starts(with: start) ? nil : start + old + [lineFeed]
        }
        let end = separator.utf8 + new
        return old.suffix(end.count).elementsEqual(end) ? nil : old + end + [lineFeed]
    }

    private static let lineFeed = UInt8(ascii: "\n")

    /// Without byte order marks at the start and white space at the end.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let mark = Array("\u{FEFF}".utf8)
        var bytes = bytes[...]
        while bytes.starts(with: mark) { bytes = bytes.dropFirst(mark.count) }
        let last = bytes.lastIndex { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        return last.map { Array(bytes[bytes.startIndex...$0]) } ?? []
    }
}
