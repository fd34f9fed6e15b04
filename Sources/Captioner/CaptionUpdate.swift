/// An element of the stream of a caption that is being generated.
///
/// ```swift
/// for try await update in captioner.captionUpdates(for: url) {
///     switch update {
///     case .text(let text, _): print(text, terminator: "")
///     case .finished(let caption): print(caption.logProbability)
///     }
/// }
/// ```
public enum CaptionUpdate: Sendable, Hashable {
    /// A new token, and the text that it completes.
    ///
    /// The text has whole characters only. It is empty where the rest of a character is still to come, or the token has
    /// no text. All texts joined are the caption as it is before white space at its ends is trimmed and before spaces
    /// are cleaned up; a prompt is not echoed. At the end there may be a text without a token, for bytes that do
    /// not complete a character.
    case text(String, tokenID: Int?)
    /// The finished caption, the last element.
    case finished(Caption)
}
