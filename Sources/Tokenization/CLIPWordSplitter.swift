/// Splits text into the words that byte pairs are merged within, as CLIP does by the expression
///
///     's|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
///
/// White space belongs to no word.
struct CLIPWordSplitter: Sequence, IteratorProtocol {
    private let text: UTF8Text
    private let end: Int
    private var position: Int
    private let words: WordSplitter

    /// Splits a part of a text, which is looked at as if there were nothing around it.
    init(_ text: UTF8Text, _ range: Range<Int>) {
        self.text = text
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
            case .other: position = words.endOfContraction(start) ?? words.endOfRun(of: kind, start)
            }
            if kind != .space { return start..<position }
        }
        return nil
    }
}
