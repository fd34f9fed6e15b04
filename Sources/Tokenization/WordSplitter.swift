/// Splits text into the words that byte pairs are merged within, as GPT-2 does by the expression
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Every byte of the text belongs to exactly one word.
struct WordSplitter: Sequence, IteratorProtocol {
    private let text: UTF8Text
    private let end: Int
    private var position: Int

    /// Splits a part of a text, which is looked at as if there were nothing around it.
    init(_ text: UTF8Text, _ range: Range<Int>) {
        self.text = text
        position = range.lowerBound
        end = range.upperBound
    }

    /// The bytes of the next word.
    mutating func next() -> Range<Int>? {
        guard position < end else { return nil }
        let start = position
        position = endOfWord(start)
        return start..<position
    }

    private func endOfWord(_ start: Int) -> Int {
        if let end = endOfContraction(start) { return end }
        // One blank, and nothing but a blank, joins the run that follows it.
        let first = text.bytes[start] == UInt8(ascii: " ") && start + 1 < end ? start + 1 : start
        let kind = CharacterClass(text.scalar(at: first).scalar)
        return kind == .space ? endOfSpace(start) : endOfRun(of: kind, first)
    }

    func endOfRun(of kind: CharacterClass, _ start: Int) -> Int {
        var position = start
        while position < end {
            let (scalar, next) = text.scalar(at: position)
            guard CharacterClass(scalar) == kind else { break }
            position = next
        }
        return position
    }

    /// A run of white space leaves its last character to the word that follows, if there is one and the run is long
    /// enough.
    private func endOfSpace(_ start: Int) -> Int {
        let runEnd = endOfRun(of: .space, start)
        guard runEnd < end else { return runEnd }
        let last = text.scalar(before: runEnd).start
        return last > start ? last : runEnd
    }

    func endOfContraction(_ start: Int) -> Int? {
        guard text.bytes[start] == UInt8(ascii: "'"), start + 1 < end else { return nil }
        switch text.bytes[start + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        guard start + 2 < end else { return nil }
        switch (text.bytes[start + 1], text.bytes[start + 2]) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }
}
