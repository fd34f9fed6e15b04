import CaptionerFiles
import CaptionerTokenization
public import Foundation

extension ImageTextEncoder {
    /// By which library's rules texts become tokens. Most captions get the same tokens by all of them; curly quotation marks,
    /// character references such as `&amp;`, ligatures, control characters and Chinese do not.
    public enum Tokenization: String, Sendable, CaseIterable {
        /// transformers' fast tokenizer, which its `AutoProcessor` and Data-Juicer use: composed, lower case.
        case huggingFaceFast = "hf-fast"
        /// transformers 4's tokenizer written in Python, without the package ftfy: also without control characters, and with
        /// blanks around Chinese characters.
        case huggingFaceSlow = "hf-slow"
        /// open_clip's, and OpenAI's: texts are repaired by ftfy, and character references of HTML are replaced.
        case openCLIP = "open_clip"
    }

    /// The ids of a text's tokens, begin and end tokens included: of a long text as many as the model has positions for,
    /// the end token among them.
    /// - Throws: `TextFailure` with ``Tokenization/openCLIP``, for texts that look as if they had been read in a wrong
    ///   encoding, which open_clip would repair, and for rare character references. With the others, never.
    public func tokenIDs(_ text: String) throws(TextFailure) -> [Int] {
        let (prefix, suffix) = tokenizer.affixes
        let limit = max(engine.contextLength - prefix.count - suffix.count, 0)
        do throws(TextRefusal) {
            return try prefix + tokenizer.encode(text, by: tokenization.rules).prefix(limit) + suffix
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

/// Why a text has no embedding.
public struct TextFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text; of a long one, the first part.
    public let text: String
    /// The cause.
    public let message: String

    public var description: String { "the text \"\(text)\" has no tokens: \(message)" }
}

extension TextFailure: LocalizedError {
    public var errorDescription: String? { description }
}
