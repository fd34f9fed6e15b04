import ArgumentParser
import CaptionerDataSets
import CaptionerFiles

/// What is done to captions before they are written.
struct EditOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Replace in captions what matches REGEX by TEXT, in which $1 is the first group, and $ and \\ are written \\$ and \\\\; = in REGEX is written \\=. Can be repeated. Captions are edited in the order of these options: --replace, --lower-case, --max-words, and around that --prefix and --suffix.",
            valueName: "regex=text"))
    var replace: [String] = []

    @Flag(help: "Write captions in lower case.")
    var lowerCase = false

    @Option(parsing: .unconditional, help: "Write only the first MAX-WORDS words of captions.")
    var maxWords: Int?

    @Option(
        help: ArgumentHelp(
            "Write TEXT before each caption. {name} in it is the name of the image's file without the extension, {folder} the name of its folder.",
            valueName: "text"))
    var prefix: String?

    @Option(
        help: ArgumentHelp("Write TEXT after each caption, with {name} and {folder} as in --prefix.", valueName: "text")
    )
    var suffix: String?

    func validate() throws {
        try ArgumentPaths.checkTexts([
            ("--replace", replace), ("--prefix", [prefix].compactMap { $0 }), ("--suffix", [suffix].compactMap { $0 }),
        ])
        if let maxWords, maxWords < 1 { throw ValidationError("--max-words is \(maxWords), expected 1 or more.") }
        _ = try edits
    }

    /// Options that edit captions, where nothing can be edited.
    var namesInUse: [String] {
        [
            ("--replace", !replace.isEmpty), ("--lower-case", lowerCase), ("--max-words", maxWords != nil),
            ("--prefix", prefix != nil), ("--suffix", suffix != nil),
        ].filter(\.1).map(\.0)
    }

    /// What was asked for; nil for nothing.
    /// - Throws: `ValidationError`.
    var edits: CaptionEdits? {
        get throws {
            var edits = CaptionEdits()
            edits.replacements = try replace.map { text in
                try Self.naming("--replace") { () throws(CaptionEditError) in try CaptionReplacement(text) }
            }
            edits.lowercases = lowerCase
            edits.maxWords = maxWords
            edits.prefix = try prefix.map { text in
                try Self.naming("--prefix") { () throws(CaptionEditError) in try CaptionTemplate(text) }
            }
            edits.suffix = try suffix.map { text in
                try Self.naming("--suffix") { () throws(CaptionEditError) in try CaptionTemplate(text) }
            }
            return edits.isEmpty ? nil : edits
        }
    }

    private static func naming<Value>(
        _ option: String, _ value: () throws(CaptionEditError) -> Value
    ) throws -> Value {
        do throws(CaptionEditError) {
            return try value()
        } catch {
            throw ValidationError("\(option): \(error).")
        }
    }
}
