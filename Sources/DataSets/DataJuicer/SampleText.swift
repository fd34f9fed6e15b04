import CaptionerFiles

/// A chunk of a sample's text: words and tokens that belong together.
package struct TextChunk: Equatable {
    /// The chunk without the token that ends it.
    package let text: String
    /// How many images belong to it.
    package let imageCount: Int

    /// The chunks of a text, blank ones left out, as `image_captioning_mapper` cuts it.
    package static func chunks(of text: String, _ fields: DataSetFields) -> [TextChunk] {
        text.literalComponents(separatedBy: fields.endOfChunkToken)
            .filter { !$0.strippingWhitespace().isEmpty }
            .map {
                TextChunk(text: $0, imageCount: $0.literalComponents(separatedBy: fields.imageToken).count - 1)
            }
    }

    /// The chunk's special tokens, one after the other: `remove_non_special_tokens`.
    package func tokens(_ fields: DataSetFields) -> String {
        let (bytes, tokens) = (Array(text.utf8), fields.tokens.map { Array($0.utf8) })
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let token = tokens.first { bytes[index...].starts(with: $0) }
            result += token ?? []
            index += token?.count ?? 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The chunk's words: `remove_special_tokens`.
    package func words(_ fields: DataSetFields) -> String {
        fields.tokens.reduce(text) { words, token in
            words.literalComponents(separatedBy: token).joined().strippingWhitespace()
        }
    }
}

extension StringProtocol {
    /// The parts between occurrences of a text, compared byte by byte: neither canonical equivalence nor a combining mark
    /// after a token may hide one.
    func literalComponents(separatedBy separator: String) -> [String] {
        let (bytes, pattern) = (Array(utf8), Array(separator.utf8))
        guard let first = pattern.first else { return [String(self)] }
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + pattern.count <= bytes.count {
            if bytes[index] == first, bytes[index...].starts(with: pattern) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += pattern.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        return parts
    }
}
