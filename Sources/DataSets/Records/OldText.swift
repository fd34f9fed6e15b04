import CaptionerFiles
import SystemPackage

/// The texts that images have before a run.
enum OldText {
    /// Tasks with the text of each image: of a sample the words of the chunk that it belongs to, of an image file the text
    /// file beside it, `beach.txt` for `beach.jpg`.
    ///
    /// A text file that cannot be read makes its image one that cannot be read either, so that the run says so. So does a
    /// missing text where nothing but texts is scored.
    /// - Parameter ending: that of the names of text files.
    static func added(
        to tasks: [CaptionTask], of item: Item, _ rules: ScoringRules?, ending: [UInt8]
    ) -> [CaptionTask] {
        var tasks = tasks
        let texts = words(of: item)
        for index in tasks.indices {
            tasks[index].group = index
            do throws(ItemFailure) {
                tasks[index].oldText =
                    if let text = item.listed?.text {
                        text.strippingWhitespace()
                    } else if case .image(_, let picture) = item.content {
                        try beside(picture, ending)
                    } else if case .archived(let sample) = item.content {
                        try sample.oldText()
                    } else {
                        index < texts.count ? texts[index] : nil
                    }
                if rules?.captions == false, tasks[index].oldText == nil { throw missing(for: item, ending) }
            } catch {
                tasks[index] = CaptionTask(
                    picture: UnavailablePicture(cause: error.message), name: tasks[index].name,
                    prompt: tasks[index].prompt)
            }
        }
        return tasks
    }

    private static func missing(for item: Item, _ ending: [UInt8]) -> ItemFailure {
        if case .image(_, let picture) = item.content, let path = picture.file?.sidecar(ending) {
            return ItemFailure(
                stage: .read, message: "cannot read \(path.escaped.shortened): \(Errno.noSuchFileOrDirectory)")
        }
        if case .archived = item.content { return ItemFailure(stage: .sample, message: "it has no text") }
        return ItemFailure(stage: .sample, message: "its text has no place for the image")
    }

    /// The words of the chunk of each image that a sample's text has a place for.
    private static func words(of item: Item) -> [String] {
        guard case .sample(let sample) = item.content, let text = sample.text else { return [] }
        return TextChunk.chunks(of: text, sample.fields).flatMap { chunk in
            [String](repeating: chunk.words(sample.fields), count: chunk.imageCount)
        }
    }

    /// The text beside an image, without white space at its ends; nil where there is none.
    static func beside(_ picture: any PictureSource, _ ending: [UInt8]) throws(ItemFailure) -> String? {
        guard let path = picture.file?.sidecar(ending), path.exists else { return nil }
        return try of(path)
    }

    /// The text of a file, without white space at its ends.
    static func of(_ path: FilePath) throws(ItemFailure) -> String {
        String(decoding: try bytes(of: path).withoutByteOrderMark, as: UTF8.self).strippingWhitespace()
    }

    /// The bytes of a file that are a text.
    static func bytes(of path: FilePath) throws(ItemFailure) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.of(path)
        } catch {
            // What is no file is called by its name.
            let cause = if case .taken(let cause) = SidecarPlace(path) { cause } else { path.cause(error.rawValue) }
            throw ItemFailure(stage: .read, message: "cannot read \(path.escaped.shortened): \(cause)")
        }
        guard String(validating: bytes.withoutByteOrderMark, as: UTF8.self) != nil else {
            throw ItemFailure(stage: .read, message: "cannot read \(path.escaped.shortened): not UTF-8")
        }
        return bytes
    }
}
