/// What CLIP's fast tokenizer does to a text before it is split: canonical composition, one blank for each run of white
/// space, and lower case, character by character, so that Σ is always σ.
enum CLIPNormalizer {
    static func normalized(_ text: UTF8Text, _ range: Range<Int>) -> UTF8Text {
        let bytes = text.bytes[range]
        guard !bytes.allSatisfy({ $0 < 0x80 }) else { return UTF8Text(wellFormed: ascii(bytes)) }
        let text = String(decoding: bytes, as: UTF8.self)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isAfterSpace = false
        for scalar in CanonicalComposition.composedByTokenizers(text.unicodeScalars) {
            if CharacterClass(scalar) == .space {
                if !isAfterSpace { result.append(UInt8(ascii: " ")) }
                isAfterSpace = true
            } else {
                result += scalar.properties.lowercaseMapping.utf8
                isAfterSpace = false
            }
        }
        return UTF8Text(wellFormed: result)
    }

    private static func ascii(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case 0x09...0x0D, 0x20: if result.last != 0x20 { result.append(0x20) }
            case 0x41...0x5A: result.append(byte | 0x20)
            default: result.append(byte)
            }
        }
        return result
    }
}
