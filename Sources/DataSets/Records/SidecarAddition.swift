/// A text with captions added to it.
enum SidecarAddition {
    /// What a text file holds when captions are added to what it holds; nil if they are there already, so that a run that
    /// was killed between a text file and its row adds nothing twice when it resumes. Nor does another run.
    ///
    /// White space at the end of the old text makes place for the separator, and so does a comma that the separator begins with.
    static func contents(
        _ old: [UInt8], adding captions: String, _ existing: ExistingText, separator: String
    ) -> [UInt8]? {
        let old = trimmed(old)
        let new = trimmed(captions.utf8)
        if new.isEmpty || old == new { return nil }
        if old.isEmpty { return new + [lineFeed] }
        let separator = Array(separator.utf8)
        func isThere(_ text: [UInt8]) -> Bool {
            existing == .prepend
                ? text.starts(with: new + separator)
                : text.suffix(separator.count + new.count).elementsEqual(separator + new)
        }
        let rest = withoutJoint(old, separator, existing)
        if isThere(old) || isThere(rest) || rest == new { return nil }
        if rest.isEmpty { return new + [lineFeed] }
        return (existing == .prepend ? new + separator + rest : rest + separator + new) + [lineFeed]
    }

    /// A text without what of a separator it has already at the end that captions are added to, such as the comma of
    /// `tag1, `, so that it is not written twice. A separator with a letter there is left: the letter may be that of a word.
    private static func withoutJoint(_ text: [UInt8], _ separator: [UInt8], _ existing: ExistingText) -> [UInt8] {
        let joint = trimmed(separator.drop(while: isSpace))
        let isPrepended = existing == .prepend
        guard let edge = isPrepended ? joint.last : joint.first, edge < 0x80, !isLetterOrDigit(edge) else {
            return text
        }
        if isPrepended {
            return text.starts(with: joint) ? Array(text.dropFirst(joint.count).drop(while: isSpace)) : text
        }
        return text.suffix(joint.count).elementsEqual(joint) ? trimmed(text.dropLast(joint.count)) : text
    }

    private static let lineFeed = UInt8(ascii: "\n")

    /// Without byte order marks at the start and white space at the end.
    private static func trimmed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let mark = Array("\u{FEFF}".utf8)
        var bytes = Array(bytes)[...]
        while bytes.starts(with: mark) { bytes = bytes.dropFirst(mark.count) }
        let last = bytes.lastIndex { !isSpace($0) }
        return last.map { Array(bytes[bytes.startIndex...$0]) } ?? []
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
