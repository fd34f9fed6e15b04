import CaptionerFiles
import SystemPackage

/// The texts that images have before a run.
enum OldText {
    /// Tasks with the text of each image: of a sample the words of the chunk that it belongs to, of an image file the text
    /// file beside it, `beach.txt` for `beach.jpg`.
    ///
    /// A text file that cannot be read makes its image one that cannot be read either, so that the run says so. So does a
    /// missing text where nothing but texts is scored.
    static func added(to tasks: [CaptionTask], of item: Item, _ rules: ScoringRules?) -> [CaptionTask] {
        var tasks = tasks
        let texts = words(of: item)
        for index in tasks.indices {
            tasks[index].group = index
            do throws(ItemFailure) {
                tasks[index].oldText =
                    if case .image(_, let picture) = item.content {
                        try beside(picture)
                    } else {
                        index < texts.count ? texts[index] : nil
                    }
                if rules?.captions == false, tasks[index].oldText == nil { throw missing(for: item) }
            } catch {
                tasks[index] = CaptionTask(
                    picture: UnavailablePicture(cause: error.message), name: tasks[index].name,
                    prompt: tasks[index].prompt)
            }
        }
        return tasks
    }

    private static func missing(for item: Item) -> ItemFailure {
        if case .image(_, let picture) = item.content, let path = picture.file?.sidecar {
            return ItemFailure(
                stage: .read, message: "cannot read \(path.escaped.shortened): \(Errno.noSuchFileOrDirectory)")
        }
        return ItemFailure(stage: .sample, message: "its text has no place for the image")
    }

    /// The words of the chunk of each image that a sample's text has a place for.
    private static func words(of item: Item) -> [String] {
        guard case .sample(let sample) = item.content, let text = sample.text else { return [] }
        return TextChunk.chunks(of: text, sample.fields).flatMap { chunk in
            [String](repeating: chunk.words(sample.fields), count: chunk.imageCount)
        }
    }

    private static func beside(_ picture: any PictureSource) throws(ItemFailure) -> String? {
        guard let path = picture.file?.sidecar, path.exists else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.of(path)
        } catch {
            throw ItemFailure(
                stage: .read, message: "cannot read \(path.escaped.shortened): \(path.cause(error.rawValue))")
        }
        guard let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) else {
            throw ItemFailure(stage: .read, message: "cannot read \(path.escaped.shortened): not UTF-8")
        }
        return text.strippingWhitespace()
    }
}
