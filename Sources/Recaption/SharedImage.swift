import Captioner
import CaptionerDataSets

/// An image of a run with what the models say about it, for all tasks that have the same image and prompt.
final class SharedImage {
    let key: ImageKey?
    /// What to ask the captioner; nil when it was asked, and for an image that cannot be read.
    var request: CaptionRequest?
    /// Its captions, or why it has none; nil while the captioner has not answered, or was not asked.
    var answer: ImageAnswer?
    /// What texts are scored with, where they are: an embedding of length 1, or the rows of the image.
    var embedding: [Float]?
    var isCacheable = true
    /// What was wrong with its file although it could be read, where that is known before it is captioned.
    var note: String?

    init(_ key: ImageKey?, request: CaptionRequest?) {
        self.key = key
        self.request = request
    }

    init(failure: ItemFailure) {
        key = nil
        answer = .failure(failure)
    }

    init(_ key: ImageKey, _ cached: CachedImage, request: CaptionRequest) {
        self.key = key
        embedding = cached.embedding
        note = cached.note
        answer = cached.captions.map { .success($0) }
        self.request = cached.captions == nil ? request : nil
    }

    /// What may be asked for again; nil for an image with an error.
    var cached: CachedImage? {
        guard isCacheable else { return nil }
        return switch answer {
        case .success(let captions): CachedImage(captions: captions, embedding: embedding, note: note)
        case .failure: nil
        case nil: embedding.map { CachedImage(captions: nil, embedding: $0, note: note) }
        }
    }
}

/// An image of an item.
struct TaskImage {
    let image: SharedImage
    let task: CaptionTask
    /// What replaces the captions of an image that is not captioned: its old text, or what is wrong with it.
    var ownAnswer: ImageAnswer?

    /// Nil while the captioner has not answered.
    var answer: ImageAnswer? {
        // One that cannot be read keeps no text.
        if case .failure = image.answer { return image.answer }
        return ownAnswer ?? image.answer
    }
}
