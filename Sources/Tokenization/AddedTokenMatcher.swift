import CaptionerJSON

/// Finds added tokens in text: at each place the longest, from left to right, as the `tokenizers` library does.
struct AddedTokenMatcher: Sendable {
    /// A part of a text: an added token, or what is between two.
    enum Segment: Equatable {
        case token(Int)
        case text(Range<Int>)
    }

    /// The tokens with their UTF-8, longest first, by the first byte.
    private let candidates: [UInt8: [(bytes: [UInt8], token: AddedToken, id: Int)]]

    /// - Parameter spelling: how the text that is looked through has what is UTF-8 of a token.
    init(_ tokens: some Sequence<AddedToken>, spelling: ([UInt8]) -> [UInt8] = { $0 }) {
        var candidates: [UInt8: [(bytes: [UInt8], token: AddedToken, id: Int)]] = [:]
        for token in tokens {
            let bytes = spelling(Array(token.content.string.utf8))
            guard let first = bytes.first, let id = token.id else { continue }
            candidates[first, default: []].append((bytes, token, id))
        }
        self.candidates = candidates.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
    }

    /// Splits a part of a text, which is looked at as if there were nothing around it.
    func split(_ text: UTF8Text, _ range: Range<Int>) -> [Segment] {
        guard !candidates.isEmpty else { return range.isEmpty ? [] : [.text(range)] }
        var segments: [Segment] = []
        var textStart = range.lowerBound
        var position = range.lowerBound
        while position < range.upperBound {
            guard let (token, id, matched) = match(text, position..<range.upperBound) else {
                position += 1
                continue
            }
            position = matched.upperBound
            if token.isSingleWord, touchesWord(text, matched, within: range) { continue }
            let start = token.stripsLeft ? startOfSpace(text, matched.lowerBound, range) : matched.lowerBound
            if textStart < start { segments.append(.text(textStart..<start)) }
            segments.append(.token(id))
            textStart = token.stripsRight ? endOfSpace(text, matched.upperBound, range) : matched.upperBound
        }
        if textStart < range.upperBound { segments.append(.text(textStart..<range.upperBound)) }
        return segments
    }

    private func match(_ text: UTF8Text, _ range: Range<Int>) -> (AddedToken, Int, Range<Int>)? {
        for (bytes, token, id) in candidates[text.bytes[range.lowerBound]] ?? [] where bytes.count <= range.count {
            let matched = range.lowerBound..<range.lowerBound + bytes.count
            if text.bytes[matched].elementsEqual(bytes) { return (token, id, matched) }
        }
        return nil
    }

    private func touchesWord(_ text: UTF8Text, _ matched: Range<Int>, within range: Range<Int>) -> Bool {
        matched.lowerBound > range.lowerBound && text.scalar(before: matched.lowerBound).scalar.isWordCharacter
            || matched.upperBound < range.upperBound && text.scalar(at: matched.upperBound).scalar.isWordCharacter
    }

    private func startOfSpace(_ text: UTF8Text, _ end: Int, _ range: Range<Int>) -> Int {
        var position = end
        while position > range.lowerBound {
            let (scalar, start) = text.scalar(before: position)
            guard CharacterClass(scalar) == .space else { break }
            position = start
        }
        return position
    }

    private func endOfSpace(_ text: UTF8Text, _ start: Int, _ range: Range<Int>) -> Int {
        var position = start
        while position < range.upperBound {
            let (scalar, end) = text.scalar(at: position)
            guard CharacterClass(scalar) == .space else { break }
            position = end
        }
        return position
    }
}
