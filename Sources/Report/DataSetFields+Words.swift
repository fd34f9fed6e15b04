import CaptionerDataSets
import CaptionerJSON

/// What a report takes from names and tokens of a data set.
extension DataSetFields {
    /// As the settings of a run have them.
    init(settings: JSONValue) {
        self.init()
        text = settings["text_key"]?.text ?? text
        images = settings["images_key"]?.text ?? images
        imageToken = settings["image_token"]?.text ?? imageToken
        endOfChunkToken = settings["end_of_chunk_token"]?.text ?? endOfChunkToken
    }

    /// All words of a text, a line for each chunk.
    func words(_ text: String) -> String {
        TextChunk.chunks(of: text, self).map(shownWords).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The words that belong to each image of a text, in order.
    func wordsByImage(_ text: String) -> [String] {
        TextChunk.chunks(of: text, self).flatMap { Array(repeating: shownWords($0), count: $0.imageCount) }
    }

    /// Where a token was between words, one space is left of two.
    private func shownWords(_ chunk: TextChunk) -> String { chunk.words(self).replacing("  ", with: " ") }
}
