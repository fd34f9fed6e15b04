import CaptionerTokenization
import Foundation
import TestSupport

/// Encodes and decodes. The first reply says how long loading took and comes unasked.
struct TokenizerProbe {
    private struct Request: Decodable {
        /// What is to be encoded.
        let text: String?
        /// What is to be decoded.
        let ids: [Int]?
        /// Whether special tokens are added to ids, or kept in text.
        let withSpecialTokens: Bool
    }

    private struct Reply: Encodable {
        var ids: [Int]?
        var text: String?
        /// The text as it comes id by id.
        var streamed: String?
        var vocabularySize: Int?
        var specialTokenIDs: [Int]?
        let seconds: Double
    }

    private let tokenizer: Tokenizer
    private let loadSeconds: Double

    init(folder: String) throws {
        (tokenizer, loadSeconds) = try Replies.timed { try Tokenizer(folder: URL(fileURLWithPath: folder)) }
    }

    func run() throws {
        try Replies.send(
            Reply(
                vocabularySize: tokenizer.vocabularySize, specialTokenIDs: tokenizer.specialTokenIDs.sorted(),
                seconds: loadSeconds))
        while let request = try Replies.next(Request.self) {
            if let text = request.text {
                let (ids, seconds) = Replies.timed {
                    tokenizer.encode(text, addingSpecialTokens: request.withSpecialTokens)
                }
                try Replies.send(Reply(ids: ids, seconds: seconds))
            } else {
                try Replies.send(decode(request.ids ?? [], skippingSpecialTokens: !request.withSpecialTokens))
            }
        }
    }

    private func decode(_ ids: [Int], skippingSpecialTokens: Bool) -> Reply {
        let (text, seconds) = Replies.timed { tokenizer.decode(ids, skippingSpecialTokens: skippingSpecialTokens) }
        var stream = StreamingDecoder(tokenizer, skippingSpecialTokens: skippingSpecialTokens)
        let streamed = ids.map { stream.append($0) }.joined() + stream.finish()
        return Reply(text: text, streamed: streamed, seconds: seconds)
    }
}
