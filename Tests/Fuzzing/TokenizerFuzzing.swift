import Foundation
import TestSupport

@testable import CaptionerTokenization

/// The files of a tokenizer, and texts through what loads. The first byte of an input says which file it is.
enum TokenizerFuzzing {
    private static let names: [UInt8: (file: String, isModern: Bool)] = [
        UInt8(ascii: "t"): ("tokenizer.json", true), UInt8(ascii: "k"): ("tokenizer_config.json", true),
        UInt8(ascii: "v"): ("vocab.json", false), UInt8(ascii: "m"): ("merges.txt", false),
        UInt8(ascii: "K"): ("tokenizer_config.json", false), UInt8(ascii: "s"): ("special_tokens_map.json", false),
        UInt8(ascii: "a"): ("added_tokens.json", false),
    ]

    private static let modern = ScratchFolder(copying: Fixtures.model("new-f32"))
    private static let old = ScratchFolder(
        copying: Fixtures.model("old-bf16"), without: ["tokenizer.json", "model.safetensors"])

    private static let texts = [
        "", "a photo of two dogs, and 1 cat's 3 toys", "  \n\t x </s><pad><s> Zürich 東京 👩‍👩‍👧‍👦 \u{0}\u{7F}\u{300}",
        "'s't're've'm'll'd 12345   ", String(repeating: "ab", count: 100), "<mask> <unk>it's\u{A0}\u{3000}!!!",
    ]

    static func run(_ input: [UInt8]) {
        guard let first = input.first, let (name, isModern) = names[first] else { return }
        let folder = isModern ? modern : old
        // The text that is encoded depends on the input as well.
        let own = String(decoding: input.suffix(40), as: UTF8.self)
        folder.replacing(name, by: Array(input.dropFirst())) {
            do {
                let tokenizer = try Tokenizer(folder: folder.url)
                for text in texts + [own] { check(tokenizer, text) }
            } catch {
                finding(unless: "\(error)".contains(folder.url.path), "a message without a file: \(error)")
            }
        }
    }

    private static func check(_ tokenizer: Tokenizer, _ text: String) {
        let ids = tokenizer.encode(text)
        finding(unless: ids.allSatisfy { tokenizer.token(for: $0) != nil }, "ids of no token")
        for skips in [true, false] {
            var stream = StreamingDecoder(tokenizer, skippingSpecialTokens: skips)
            let pieces = ids.map { stream.append($0) } + [stream.finish()]
            finding(
                unless: Array(pieces.joined().utf8)
                    == Array(tokenizer.decode(ids, skippingSpecialTokens: skips).utf8),
                "pieces are not the text")
        }
        _ = tokenizer.decode([-1, Int.max, Int.min, 0, 1, 2, 3] + ids.reversed())

        // Without added tokens in the text, nothing is lost of it as long as every byte is a token, and none is spelled in text.
        let bytes = UTF8Text(text)
        let whole = text.isEmpty ? [] : [AddedTokenMatcher.Segment.text(bytes.bytes.indices)]
        guard !tokenizer.options.fallsBackToBytes, !tokenizer.byteIDs.contains(nil),
            tokenizer.addedTokens.raw.split(bytes, bytes.bytes.indices) == whole,
            tokenizer.addedTokens.normalized.split(bytes, bytes.bytes.indices) == whole
        else { return }
        let prefix = tokenizer.options.addsPrefixSpace && !text.isEmpty && bytes.bytes[0] != 0x20 ? " " : ""
        let again = tokenizer.decode(
            tokenizer.encode(text, addingSpecialTokens: false), skippingSpecialTokens: false)
        finding(unless: Array(again.utf8) == Array((prefix + text).utf8), "\(again) came back of \(text)")
    }
}
