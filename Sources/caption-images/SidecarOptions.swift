import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption

/// Text files beside images.
struct SidecarOptions: ParsableArguments {
    @Option(
        help:
            "With --format sidecar: what becomes of a text file that is there and says something else. error: it stays, and its image gets an error record. skip: it stays, and its image is not captioned. overwrite: the caption replaces it. append, prepend: the caption is added after or before its text, unless it is there already. (default: error; with --overwrite overwrite)"
    )
    var existing: ExistingText?

    @OptionGroup var naming: SidecarNameOptions

    @Option(
        help:
            "With --existing append and prepend: what is between the text and the caption. (default: a comma and a space; with several captions a line break)"
    )
    var separator: String?

    /// Options about text files, where there are none.
    var namesInUse: [String] {
        [
            ("--existing", existing != nil), ("--caption-extension", naming.captionExtension != nil),
            ("--separator", separator != nil),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        if separator != nil, existing != .append, existing != .prepend {
            throw ValidationError("--separator is for --existing append and prepend.")
        }
    }

    /// Says how text files are called, and what becomes of those that are there.
    func apply(to rules: inout SidecarRules) {
        rules.existing = existing
        rules.separator = separator
        naming.apply(to: &rules)
    }

    /// - Parameter readsTexts: whether texts beside images are read.
    /// - Throws: `ValidationError`.
    func check(_ job: RecaptionJob, _ output: OutputOptions, readsTexts: Bool) throws {
        if job.format != .sidecar {
            if existing != nil { throw ValidationError("--existing is for --format sidecar.") }
            if naming.captionExtension != nil, !readsTexts {
                throw ValidationError(
                    "--caption-extension is for --format sidecar, and for scores of texts beside images.")
            }
        } else if existing == .skip, output.logProbabilities {
            throw ValidationError(
                "--log-probabilities has no place with --existing skip: texts that are kept have none.")
        }
    }

    /// Says which images have no text file of their own, before anything is captioned.
    /// - Throws: `FileError`, `CancellationError`.
    func tellConflicts(of job: RecaptionJob, _ console: Console) throws {
        for line in try Self.conflicts(of: job) { console.note(line) }
    }

    static func conflicts(of job: RecaptionJob) throws -> [String] {
        guard job.format == .sidecar else { return [] }
        let (count, first) = try SidecarOwners.conflicts(in: job.input, ending: job.sidecars.ending)
        guard count > 0 else { return [] }
        let subject = count == 1 ? "1 image has" : "\(count) images have"
        var lines = ["\(subject) no text file of \(count == 1 ? "its" : "their") own, and will get error records:"]
        lines += first.map { "  \($0)" }
        if count > first.count { lines.append("  and \(count - first.count) more") }
        return lines
    }
}

/// How text files beside images are called.
struct SidecarNameOptions: ParsableArguments {
    @Option(help: "The extension of the text files beside images, such as .caption. (default: .txt)")
    var captionExtension: String?

    func validate() throws {
        if let captionExtension, let cause = Self.mistake(in: captionExtension) {
            throw ValidationError("--caption-extension is \(captionExtension.shortened), \(cause).")
        }
    }

    private static func mistake(in name: String) -> String? {
        let bytes = Array(name.utf8)
        let letters = bytes.first == UInt8(ascii: ".") ? Array(bytes.dropFirst()) : bytes
        if letters.isEmpty || letters.contains(UInt8(ascii: "/")) || letters.contains(0) {
            return "expected one such as .caption"
        }
        return ImageList.isImageExtension(letters) ? "which is that of images" : nil
    }

    func apply(to rules: inout SidecarRules) {
        guard let captionExtension else { return }
        let bytes = Array(captionExtension.utf8)
        rules.ending = bytes.first == UInt8(ascii: ".") ? bytes : [UInt8(ascii: ".")] + bytes
    }
}

extension ExistingText: ExpressibleByArgument {}
