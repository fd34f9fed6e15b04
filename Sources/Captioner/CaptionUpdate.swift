/// What a caption's stream reports while the caption is being written.
public enum CaptionUpdate: Sendable, Hashable {
    /// A new token, and the text that it completes: whole characters only, and empty where the rest of a character is
    /// still to come or the token has no text. All pieces joined are the caption before white space at its ends
    /// and, where the options say so, spaces before punctuation are taken away; a prompt is not echoed. Without a token comes what was left
    /// over at the end and is no character.
    case text(String, tokenID: Int?)
    /// The finished caption, last.
    case finished(Caption)
}
