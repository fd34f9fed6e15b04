import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import SystemPackage

/// Text files beside images.
struct SidecarOptions: ParsableArguments {
    @Option(
        help:
            "With --format sidecar: what becomes of a text file that is there and says something else. Texts that were removed are not written again by the same command; --overwrite --existing skip captions what has no text. error: it stays, and its image gets an error record. skip: it stays, and its image is not captioned. overwrite: the caption replaces it. append, prepend: the caption is added after or before its text, unless it is there already. (default: error; with --overwrite overwrite)"
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
        try ArgumentPaths.checkTexts([("--separator", [separator].compactMap { $0 })])
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

    /// What a person wants to know before anything is captioned: how many text files are there already, and which images have
    /// none of their own.
    /// - Parameter output: that of the run.
    /// - Throws: `FileError`, `CancellationError`.
    static func notes(of job: RecaptionJob, _ output: FilePath?) throws -> [String] {
        guard job.format == .sidecar else { return [] }
        return try existingTexts(of: job, output) + conflicts(of: job)
    }

    private static func existingTexts(of job: RecaptionJob, _ output: FilePath?) throws -> [String] {
        let existing = job.sidecars.existing ?? (job.mode == .overwrite ? .overwrite : .error)
        // Of a run that resumes, most are its own.
        let isNew = job.mode == .overwrite || output.map { !OutputFile.hasContents(job.files($0).output) } ?? true
        guard isNew, existing != .skip else { return [] }
        let count = try SkippedImages(in: job.input, job.range, ending: job.sidecars.ending).count
        guard count > 0 else { return [] }
        let subject = count == 1 ? "1 image has a text file" : "\(count) images have text files"
        switch existing {
        case .overwrite: return ["\(subject) already, whose text the caption will replace"]
        case .append, .prepend: return ["\(subject) already, to which captions will be added"]
        case .error, .skip:
            return [
                "\(subject) already: where the caption is another, the file stays and the image gets an error record; --existing skip, overwrite, append or prepend treats them otherwise"
            ]
        }
    }

    private static func conflicts(of job: RecaptionJob) throws -> [String] {
        let (count, first) = try SidecarOwners.conflicts(in: job.input, ending: job.sidecars.ending)
        guard count > 0 else { return [] }
        let subject = count == 1 ? "1 image has" : "\(count) images have"
        var lines = ["\(subject) no text file of \(count == 1 ? "its" : "their") own, and will get error records:"]
        lines += first.map { "  \($0)" }
        if count > first.count { lines.append("  and \(count - first.count) more") }
        return lines
    }
}

/// An error that names `--overwrite`, of a run for which that option does more than to begin anew.
struct SidecarRunError: Error, CustomStringConvertible {
    let cause: any Error

    var description: String {
        "\(cause)\nwith --format sidecar, --overwrite also replaces text files that are there; with --existing error, skip, append or prepend it keeps their texts"
    }

    /// The error, with that added where it matters.
    static func explaining(_ error: any Error, of job: RecaptionJob) -> any Error {
        guard job.format == .sidecar, job.sidecars.existing == nil, "\(error)".contains("--overwrite") else {
            return error
        }
        return SidecarRunError(cause: error)
    }
}

/// How text files beside images are called.
struct SidecarNameOptions: ParsableArguments {
    @Option(help: "The extension of the text files beside images, such as .caption. (default: .txt)")
    var captionExtension: String?

    func validate() throws {
        try ArgumentPaths.checkTexts([("--caption-extension", [captionExtension].compactMap { $0 })])
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

    func apply(to rules: inout SidecarRules) { rules.ending = ending }

    /// What the names of text files end with.
    var ending: [UInt8] {
        guard let captionExtension else { return SidecarRules.standardEnding }
        let bytes = Array(captionExtension.utf8)
        return bytes.first == UInt8(ascii: ".") ? bytes : [UInt8(ascii: ".")] + bytes
    }
}

extension ExistingText: ExpressibleByArgument {}
