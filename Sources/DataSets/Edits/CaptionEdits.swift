import CaptionerFiles
package import CaptionerJSON

/// What is done to captions before they are scored and written: replacements, then lower case, then the greatest number
/// of words, then a text before and one after.
///
/// White space at the ends of a caption stays where it is, outside of the two texts. Old texts that are kept are not edited.
package struct CaptionEdits: Sendable {
    /// In the order in which they are done.
    package var replacements: [CaptionReplacement] = []
    package var lowercases = false
    package var maxWords: Int?
    package var prefix: CaptionTemplate?
    package var suffix: CaptionTemplate?

    package init() {}

    /// Whether captions stay as they are.
    package var isEmpty: Bool {
        replacements.isEmpty && !lowercases && maxWords == nil && prefix == nil && suffix == nil
    }

    /// What rows depend on, for the description of a run.
    package var settings: [JSONMember] {
        var members: [JSONMember] = []
        if !replacements.isEmpty {
            members.append(JSONMember("replace", .array(replacements.map { .string($0.source) })))
        }
        if lowercases { members.append(JSONMember("lower_case", .bool(true))) }
        if let maxWords { members.append(JSONMember("max_words", .integer(maxWords))) }
        if let prefix { members.append(JSONMember("prefix", .string(prefix.source))) }
        if let suffix { members.append(JSONMember("suffix", .string(suffix.source))) }
        return members
    }

    /// The answers with edited captions. One whose image has not the names that a template asks for becomes a failure.
    func edited(_ answers: [ImageAnswer], of tasks: [CaptionTask]) -> [ImageAnswer] {
        zip(answers, tasks).map { answer, task in
            answer.flatMap { captions in
                Result { () throws(ItemFailure) in
                    let before = try prefix?.text(for: task) ?? ""
                    let after = try suffix?.text(for: task) ?? ""
                    return captions.map { caption in
                        guard !caption.isOld else { return caption }
                        var edited = caption
                        edited.text = text(caption.text, before, after)
                        return edited
                    }
                }
            }
        }
    }

    private func text(_ text: String, _ before: String, _ after: String) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.firstIndex { !$0.isPythonSpace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.isPythonSpace }.map { scalars.index(after: $0) } ?? start
        var words = String(scalars[start..<end])
        for replacement in replacements { words = replacement.replaced(in: words) }
        if lowercases { words = String(words.unicodeScalars.lowercasedAsPython) }
        words = words.strippingWhitespace()
        if let maxWords { words = Self.firstWords(maxWords, of: words) }
        return String(scalars[..<start]) + before + words + after + String(scalars[end...])
    }

    /// A text up to the end of a word, without the comma, semicolon or colon after it, and white space before that, if words were
    /// cut off.
    static func firstWords(_ count: Int, of text: String) -> String {
        let scalars = text.unicodeScalars
        var (words, isInWord) = (0, false)
        for index in scalars.indices {
            let isSpace = scalars[index].isPythonSpace
            if isInWord, isSpace, words == count {
                let end = scalars[..<index].lastIndex { !$0.isPythonSpace && !",;:".unicodeScalars.contains($0) }
                return end.map { String(scalars[...$0]) } ?? ""
            }
            if !isInWord, !isSpace { words += 1 }
            isInWord = !isSpace
        }
        return text
    }
}
