import CaptionerFiles
import CaptionerTokenization

/// The pieces of a text that is being generated, such that all of them joined are the finished text.
///
/// White space at both ends is trimmed and spaces before punctuation are taken away, which a later token may cause. So
/// what follows the last white space is held back until there is more.
struct StreamedText {
    private let cleansUpSpaces: Bool
    private let trims: Bool
    private var raw = ""
    private var sent = 0

    init(cleansUpSpaces: Bool, trims: Bool) {
        self.cleansUpSpaces = cleansUpSpaces
        self.trims = trims
    }

    /// - Returns: what is new of the text, and does not change any more.
    mutating func append(_ text: String) -> String {
        raw += text
        let done = Array(finished(raw).utf8)
        guard let space = done.lastIndex(where: { $0 == 0x20 || $0 == 0x0A }), space > sent else { return "" }
        defer { sent = space }
        return String(decoding: done[sent..<space], as: UTF8.self)
    }

    /// - Parameter text: the finished text.
    /// - Returns: what was not sent of it.
    func rest(of text: String) -> String { String(decoding: text.utf8.dropFirst(sent), as: UTF8.self) }

    private func finished(_ text: String) -> String {
        let cleaned = cleansUpSpaces ? text.removingTokenizationSpaces() : text
        guard trims else { return cleaned }
        return String(cleaned.unicodeScalars.drop(while: \.properties.isWhitespace))
    }
}
