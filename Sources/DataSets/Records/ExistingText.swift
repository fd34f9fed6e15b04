/// What becomes of a text file beside an image that is there and says something else than the image's captions.
package enum ExistingText: String, Sendable, CaseIterable {
    /// It stays, and the image gets an error record.
    case error
    /// It stays, and the image is not captioned.
    case skip
    /// The captions replace it.
    case overwrite
    /// The captions are added after its text.
    case append
    /// The captions are added before its text.
    case prepend

    /// Whether the text of the file stays in it.
    var isAddition: Bool { self == .append || self == .prepend }
}

/// How text files beside images are called, and what becomes of those that are there.
package struct SidecarRules: Sendable {
    /// What replaces the extension of an image's name.
    package var ending = Self.standardEnding
    /// Nil where nothing was said: errors, unless the whole run begins anew.
    package var existing: ExistingText?
    /// What is between a text and what is added to it. Nil: a comma and a space, between several captions a line break.
    package var separator: String?
    /// Images with texts from before the run; with ``ExistingText/skip``.
    package var skipped = SkippedImages()

    package static let standardEnding = Array(".txt".utf8)

    package init() {}

    /// What is between a text and a number of captions.
    func separator(captionCount: Int) -> String { separator ?? (captionCount > 1 ? "\n" : ", ") }
}
