extension Tokenizer {
    /// Whether tokens mark the ends of words, as those of CLIP do.
    package var marksEndsOfWords: Bool { options.endsWords }

    /// The ids of a text, without those before it and those after it.
    /// - Throws: `TextRefusal` for a text of which only the library itself knows what to make. Only `.openCLIP` has such texts.
    package func encode(_ text: String, by rules: CLIPTextRules) throws(TextRefusal) -> [Int] {
        switch rules {
        case .huggingFaceFast: return encode(text, addingSpecialTokens: false)
        case .huggingFaceSlow:
            let text = UTF8Text(text)
            let markers = CLIPPipeline.markers.map { ($0, vocabulary.id(for: $0)) }
            var encoder = BytePairEncoder(merges: merges)
            var ids: [Int] = []
            for segment in addedTokens.all.split(text, text.bytes.indices) {
                switch segment {
                case .token(let id): ids.append(id)
                case .text(let range):
                    let cleaned = BasicText.cleaned(
                        Array(String(decoding: text.bytes[range], as: UTF8.self).unicodeScalars))
                    encode(cleaned, markers: markers, with: &encoder, into: &ids)
                }
            }
            return ids
        case .openCLIP:
            let repaired = try TextRepair.repaired(Array(text.unicodeScalars))
            let unescaped = try CharacterReferences.unescaped(CharacterReferences.unescaped(repaired))
            // open_clip calls the ends of a text by other names than the vocabularies of transformers do.
            let markers = [("<start_of_text>", options.prefix.first), ("<end_of_text>", options.suffix.first)]
            var encoder = BytePairEncoder(merges: merges)
            var ids: [Int] = []
            encode(PythonText.lowercased(PythonText.joined(unescaped)), markers: markers, with: &encoder, into: &ids)
            return ids
        }
    }

    private func encode(
        _ text: [Unicode.Scalar], markers: [(text: String, id: Int?)], with encoder: inout BytePairEncoder,
        into ids: inout [Int]
    ) {
        // U+0345 is no letter, and in other case it is one: by an expression that goes by no case it belongs to no word.
        let text = UTF8Text(PythonText.string(text.map { $0 == "\u{345}" ? " " : $0 }))
        for word in CLIPWordSplitter(text, text.bytes.indices, markers: markers.map(\.text), ignoringCase: true) {
            let bytes = text.bytes[word]
            if let id = markers.first(where: { bytes.elementsEqual($0.text.utf8) })?.id {
                ids.append(id)
            } else {
                encodeWord(bytes, with: &encoder, into: &ids)
            }
        }
    }
}
