import CaptionerTokenization
import Foundation
import TestSupport

/// Encodes and decodes. The first reply says how long loading took and comes unasked.
struct TokenizerProbe {
    private struct Request: Decodable {
        /// What has to be encoded.
        let text: String?
        /// What has to be decoded.
        let ids: [Int]?
        /// Whether special tokens are added to ids, or kept in text.
        let withSpecialTokens: Bool
        /// By whose rules, where the tokenizer is CLIP's.
        let rules: String?
    }

    private struct Reply: Encodable {
        var ids: [Int]?
        /// Why there are no ids.
        var refusal: String?
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
            if let text = request.text, let rules = request.rules.flatMap(CLIPTextRules.init) {
                try Replies.send(encode(text, by: rules))
            } else if let text = request.text {
                let (ids, seconds) = Replies.timed {
                    tokenizer.encode(text, addingSpecialTokens: request.withSpecialTokens)
                }
                try Replies.send(Reply(ids: ids, seconds: seconds))
            } else {
                try Replies.send(decode(request.ids ?? [], skippingSpecialTokens: !request.withSpecialTokens))
            }
        }
    }

    private func encode(_ text: String, by rules: CLIPTextRules) -> Reply {
        let (result, seconds) = Replies.timed {
            Result { () throws(TextRefusal) in try tokenizer.encode(text, by: rules) }
        }
        switch result {
        case .success(let ids): return Reply(ids: ids, seconds: seconds)
        case .failure(let refusal): return Reply(refusal: "\(refusal)", seconds: seconds)
        }
    }

    private func decode(_ ids: [Int], skippingSpecialTokens: Bool) -> Reply {
        let (text, seconds) = Replies.timed { tokenizer.decode(ids, skippingSpecialTokens: skippingSpecialTokens) }
        var stream = StreamingDecoder(tokenizer, skippingSpecialTokens: skippingSpecialTokens)
        let streamed = ids.map { stream.append($0) }.joined() + stream.finish()
        return Reply(text: text, streamed: streamed, seconds: seconds)
    }
}
