import CaptionerJSON

/// What the fields and special tokens of a Data-Juicer data set are called.
package struct DataSetFields: Sendable, Equatable {
    package var text = "text"
    package var images = "images"
    /// The field that holds a sample's own prompt, if there is one.
    package var prompt: String?
    /// The token in a text where an image belongs.
    package var imageToken = "<__dj__image>"
    /// Ends a chunk of a text: what belongs together.
    package var endOfChunkToken = "<|__dj__eoc|>"

    /// Of lists of images.
    package var list = ListFields()
    /// Of archives, which are no Data-Juicer data sets: which members of a sample are read and written.
    package var archiveMembers = ArchiveMembers()

    package init() {}

    /// Other tokens that Data-Juicer keeps where it removes words.
    static let otherTokens = ["<__dj__video>", "<__dj__audio>"]

    /// What other tools write where an image belongs.
    private static let imageTokensOfOthers = [
        "<__dj__image>", "<image>", "<Image>", "<IMAGE>", "<img>", "<|image|>", "<|image_pad|>", "<image_placeholder>",
        "<ImageHere>", "[IMG]", "<image_soft_token>", "<fim_image>",
    ]

    /// An image token of another tool that a text has.
    func otherImageToken(in text: String) -> String? {
        Self.imageTokensOfOthers.first {
            !$0.hasSameBytes(as: imageToken) && text.literalComponents(separatedBy: $0).count > 1
        }
    }

    /// All tokens that are no words.
    package var tokens: [String] { [imageToken] + Self.otherTokens + [endOfChunkToken] }
}
