import CaptionerFiles
import CaptionerTokenization
public import Foundation

extension ImageTextEncoder {
    /// The library whose rules tokenize texts. Most captions get the same tokens from all of them. Texts with curly
    /// quotation marks, character references such as `&amp;`, ligatures, control characters or Chinese do not.
    public enum Tokenization: String, Sendable, CaseIterable {
        /// The fast tokenizer of transformers, which its `AutoProcessor` and Data-Juicer use. Texts are composed (NFC) and
        /// lowercased.
        case huggingFaceFast = "hf-fast"
        /// The slow tokenizer of transformers 4, without the package ftfy. It also removes control characters, and puts
        /// spaces around Chinese characters.
        case huggingFaceSlow = "hf-slow"
        /// The tokenizer of open_clip and OpenAI. ftfy repairs texts, and character references of HTML are replaced.
        case openCLIP = "open_clip"
    }

    /// The ids of a text's tokens, begin and end tokens included. A text with more tokens than the model takes is
    /// truncated before its end token.
    /// - Throws: `TextFailure` with ``Tokenization/openCLIP`` only: for texts that look as if they had been read in a wrong
    ///   encoding, which open_clip would repair, and for rare character references.
    public func tokenIDs(_ text: String) throws(TextFailure) -> [Int] {
        let (prefix, suffix) = tokenizer.affixes
        let limit = max(engine.contextLength - prefix.count - suffix.count, 0)
        do throws(TextRefusal) {
            let tokens = try tokenizer.encode(text, by: tokenization.rules)
            return prefix + Array(tokens.prefix(limit)) + suffix
        } catch {
            throw TextFailure(text: text.shortened, message: error.description)
        }
    }
}

extension ImageTextEncoder.Tokenization {
    fileprivate var rules: CLIPTextRules {
        switch self {
        case .huggingFaceFast: .huggingFaceFast
        case .huggingFaceSlow: .huggingFaceSlow
        case .openCLIP: .openCLIP
        }
    }
}

/// The reason why a text cannot be tokenized, and so has no embedding.
public struct TextFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text; the beginning of a long one.
    public let text: String
    /// The cause.
    public let message: String

    public var description: String { "the text \"\(text)\" has no tokens: \(message)" }
}

extension TextFailure: LocalizedError {
    public var errorDescription: String? { description }
}
