extension Tokenizer {
    /// Encodes a normalised part of a text without added tokens, where symbols are characters: it is one word.
    func encodeCharacters(
        _ text: UTF8Text, _ range: Range<Int>, with encoder: inout BytePairEncoder, into ids: inout [Int]
    ) {
        if options.ignoresMerges, let id = vocabulary.id(for: String(decoding: text.bytes[range], as: UTF8.self)) {
            ids.append(id)
            return
        }
        encoder.encode(symbols(of: text, range), into: &ids)
    }

    /// The ids of characters: a character's own, or else those of its bytes, or else that of the unknown token.
    private func symbols(of text: UTF8Text, _ range: Range<Int>) -> [Int32] {
        var symbols: [Int32] = []
        symbols.reserveCapacity(range.count)
        func append(_ id: Int) { symbols.append(Int32(truncatingIfNeeded: id)) }
        // In the library, an unknown character waits for one that has an id of its own, or for another unknown one. So bytes
        // that follow it come before it.
        var isUnknownWaiting = false
        var position = range.lowerBound
        while position < range.upperBound {
            let (scalar, end) = text.scalar(at: position)
            let bytes = text.bytes[position..<end]
            if let id = characterIDs[scalar] {
                if isUnknownWaiting, let unknownID { append(unknownID) }
                isUnknownWaiting = false
                symbols.append(id)
            } else if bytes.allSatisfy({ byteIDs[Int($0)] != nil }) {
                for byte in bytes { if let id = byteIDs[Int(byte)] { append(id) } }
            } else {
                if isUnknownWaiting, !options.fusesUnknown, let unknownID { append(unknownID) }
                isUnknownWaiting = true
            }
            position = end
        }
        if isUnknownWaiting, let unknownID { append(unknownID) }
        return symbols
    }
}
