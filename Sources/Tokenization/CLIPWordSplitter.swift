/// Splits text into the words that byte pairs are merged within, as CLIP does by the expression
///
///     's|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
///
/// White space belongs to no word. The tokenizers that are written in Python find markers besides, and go by no case; in a text
/// in lower case that makes a difference for ſ alone, which is an s then.
struct CLIPWordSplitter: Sequence, IteratorProtocol {
    private let text: UTF8Text
    private let end: Int
    private var position: Int
    private let words: WordSplitter
    private let markers: [String]
    private let ignoresCase: Bool

    /// Splits a part of a text, which is looked at as if there were nothing around it.
    /// - Parameters:
    ///   - markers: what is a word in front of all others.
    ///   - ignoringCase: whether ſ is an s in markers and contractions.
    init(_ text: UTF8Text, _ range: Range<Int>, markers: [String] = [], ignoringCase: Bool = false) {
        self.text = text
        self.markers = markers
        ignoresCase = ignoringCase
        position = range.lowerBound
        end = range.upperBound
        words = WordSplitter(text, range)
    }

    /// The bytes of the next word.
    mutating func next() -> Range<Int>? {
        while position < end {
            let start = position
            let (scalar, after) = text.scalar(at: start)
            let kind = CharacterClass(scalar)
            switch kind {
            case .space, .number: position = after
            case .letter: position = words.endOfRun(of: kind, start)
            case .other:
                position =
                    endOfMarker(start) ?? words.endOfContraction(start) ?? endOfLongS(start)
                    ?? words.endOfRun(of: kind, start)
            }
            if kind != .space { return start..<position }
        }
        return nil
    }

    private func endOfMarker(_ start: Int) -> Int? { markers.lazy.compactMap { end(of: Array($0.utf8), start) }.first }

    private func endOfLongS(_ start: Int) -> Int? { ignoresCase ? end(of: Array("'s".utf8), start) : nil }

    /// Where a text in ASCII ends that starts here.
    private func end(of expected: [UInt8], _ start: Int) -> Int? {
        var position = start
        for byte in expected {
            guard position < end else { return nil }
            let (scalar, next) = text.scalar(at: position)
            guard (ignoresCase && scalar == "ſ" ? "s" : scalar) == Unicode.Scalar(byte) else { return nil }
            position = next
        }
        return position
    }
}
