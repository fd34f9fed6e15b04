extension Tokenizer {
    /// The ids of a text.
    /// - Parameters:
    ///   - text: any text. Added tokens in it, such as `</s>`, are found before it is split into words.
    ///   - addingSpecialTokens: whether to add before and after what the model was trained with, which is `</s>`, 2,
    ///     in front for OPT.
    package func encode(_ text: String, addingSpecialTokens: Bool = true) -> [Int] {
        let text = UTF8Text(text)
        var encoder = BytePairEncoder(merges: merges)
        var ids = addingSpecialTokens ? options.prefix : []
        for segment in addedTokens.raw.split(text, text.bytes.indices) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range):
                let (text, range) = normalized(text, range)
                for segment in addedTokens.normalized.split(text, range) {
                    switch segment {
                    case .token(let id): ids.append(id)
                    case .text(let range): encode(text, range, with: &encoder, into: &ids)
                    }
                }
            }
        }
        if addingSpecialTokens { ids.append(contentsOf: options.suffix) }
        return ids
    }

    /// A part of a text as the kind of tokenizer normalises it.
    private func normalized(_ text: UTF8Text, _ range: Range<Int>) -> (text: UTF8Text, range: Range<Int>) {
        if options.endsWords {
            let text = CLIPNormalizer.normalized(text, range)
            return (text, text.bytes.indices)
        }
        guard options.fallsBackToBytes || options.wordPieces != nil else { return (text, range) }
        let text = UTF8Text(wellFormed: options.normalized(Array(text.bytes[range])))
        return (text, text.bytes.indices)
    }

    /// Encodes a part of a text without added tokens.
    private func encode(
        _ text: UTF8Text, _ range: Range<Int>, with encoder: inout BytePairEncoder, into ids: inout [Int]
    ) {
        if options.addsPrefixSpace, text.bytes[range.lowerBound] != UInt8(ascii: " ") {
            let text = UTF8Text(wellFormed: [UInt8(ascii: " ")] + text.bytes[range])
            encodeWords(text, text.bytes.indices, with: &encoder, into: &ids)
        } else {
            encodeWords(text, range, with: &encoder, into: &ids)
        }
    }

    private func encodeWords(
        _ text: UTF8Text, _ range: Range<Int>, with encoder: inout BytePairEncoder, into ids: inout [Int]
    ) {
        guard options.splitsDigits else { return encodeParts(text, range, with: &encoder, into: &ids) }
        var (start, position) = (range.lowerBound, range.lowerBound)
        while position < range.upperBound {
            let (scalar, next) = text.scalar(at: position)
            if CharacterClass(scalar) == .number {
                if start < position { encodeParts(text, start..<position, with: &encoder, into: &ids) }
                encodeParts(text, position..<next, with: &encoder, into: &ids)
                start = next
            }
            position = next
        }
        if start < position { encodeParts(text, start..<position, with: &encoder, into: &ids) }
    }

    private func encodeParts(
        _ text: UTF8Text, _ range: Range<Int>, with encoder: inout BytePairEncoder, into ids: inout [Int]
    ) {
        if let pieces = options.wordPieces {
            for word in BERTWordSplitter.words(Array(String(decoding: text.bytes[range], as: UTF8.self).unicodeScalars))
            {
                ids += pieces.pieces(of: word, in: vocabulary) ?? unknownID.map { [$0] } ?? []
            }
        } else if options.fallsBackToBytes {
            encodeCharacters(text, range, with: &encoder, into: &ids)
        } else if options.endsWords {
            let markers = options.splitsMarkers ? CLIPPipeline.markers : []
            for word in CLIPWordSplitter(text, range, markers: markers) {
                // GPT-2's expression comes after CLIP's, and parts nothing but what marks an end.
                for word in WordSplitter(text, word) { encodeWord(text.bytes[word], with: &encoder, into: &ids) }
            }
        } else if options.splitsWords {
            for word in WordSplitter(text, range) { encodeWord(text.bytes[word], with: &encoder, into: &ids) }
        } else {
            encodeWord(text.bytes[range], with: &encoder, into: &ids)
        }
    }

    func encodeWord(_ word: ArraySlice<UInt8>, with encoder: inout BytePairEncoder, into ids: inout [Int]) {
        if options.ignoresMerges, let id = vocabulary.id(for: ByteAlphabet.spelling(of: word)) {
            ids.append(id)
            return
        }
        encoder.encode(symbols(of: word), into: &ids)
    }

    private func symbols(of word: ArraySlice<UInt8>) -> [Int32] {
        var symbols: [Int32] = []
        symbols.reserveCapacity(word.count)
        var endsUnknown = false
        for (index, byte) in zip(word.indices, word) {
            let known = (index + 1 == word.endIndex ? lastByteIDs : byteIDs)[Int(byte)]
            if let symbol = known ?? unknownID, known != nil || !endsUnknown || !options.fusesUnknown {
                symbols.append(Int32(truncatingIfNeeded: symbol))
            }
            endsUnknown = known == nil
        }
        return symbols
    }
}
