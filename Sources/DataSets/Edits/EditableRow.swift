import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// A row of an output whose captions can be replaced: a record of an image, a line of `metadata.jsonl`, a sample of a data
/// set, or comma-separated values.
///
/// The captions of a sample are the words of its chunks, without tokens.
package struct EditableRow: Sendable {
    package let captions: [String]
    private let place: Place

    /// Where the captions are.
    private enum Place: Sendable {
        /// The value of a member: a text, or a list of texts.
        case member(Sample, name: String, isList: Bool, isRecord: Bool)
        /// The parts of a sample's text.
        case chunks(Sample, [Part])
        /// The field of a table.
        case field(Int, of: [String], columns: [String], isList: Bool, ending: String)
    }

    /// A part of a sample's text, up to the end of a chunk: words, and what is before and after them.
    private struct Part: Sendable {
        var before: [UInt8]
        /// Nil where there are none.
        var words: String?
        var after: [UInt8] = []
    }

    /// What says something of a caption that is no longer true of another.
    private static let captionNumbers = [
        "log_probability", "log_probabilities", "similarity", "similarities", "kept",
    ]

    /// The longest caption, in bytes.
    package static let captionLimit = 1 << 20

    /// A line of JSON.
    /// - Parameter holdsSamples: whether the output is known to hold samples of a data set.
    /// - Throws: `RowEditError.fixed` for a row without captions, or with some that cannot be replaced.
    package init(line: [UInt8], fields: DataSetFields, holdsSamples: Bool) throws(RowEditError) {
        guard let sample = try? Sample(line: line, fields: fields, folder: FilePath("/")) else {
            throw .fixed("it is no JSON object")
        }
        if !holdsSamples, sample["image"]?.text != nil || sample["error"]?.members != nil {
            if sample["error"]?.members != nil { throw .fixed("it has no caption, but an error") }
            let name = sample["captions"] == nil ? "caption" : "captions"
            (captions, place) = try Self.texts(of: sample, name, isRecord: true)
        } else if sample[fields.text]?.elements != nil {
            (captions, place) = try Self.texts(of: sample, fields.text, isRecord: false)
        } else {
            guard let text = sample[fields.text]?.text else { throw .fixed("it has no text") }
            (captions, place) = try Self.chunks(of: sample, text, fields)
        }
    }

    private static func texts(
        of sample: Sample, _ name: String, isRecord: Bool
    ) throws(RowEditError) -> ([String], Place) {
        if let text = sample[name]?.text {
            return ([text], .member(sample, name: name, isList: false, isRecord: isRecord))
        }
        guard let elements = sample[name]?.elements, !elements.isEmpty else { throw .fixed("it has no caption") }
        let texts = elements.compactMap(\.text)
        guard texts.count == elements.count else { throw .fixed("\"\(name)\" holds something that is no text") }
        return (texts, .member(sample, name: name, isList: true, isRecord: isRecord))
    }

    private static func chunks(
        of sample: Sample, _ text: String, _ fields: DataSetFields
    ) throws(RowEditError) -> ([String], Place) {
        let parts = try text.literalComponents(separatedBy: fields.endOfChunkToken).map { text throws(RowEditError) in
            try part(Array(text.utf8), fields)
        }
        let captions = parts.compactMap(\.words)
        guard !captions.isEmpty else { throw .fixed("its text has no words") }
        return (captions, .chunks(sample, parts))
    }

    private static func part(_ text: [UInt8], _ fields: DataSetFields) throws(RowEditError) -> Part {
        let tokens = fields.tokens.map { Array($0.utf8) }.filter { !$0.isEmpty }
        // What is between tokens and is not blank.
        var words: [Range<Int>] = []
        var (start, index) = (0, 0)
        func end() {
            let text = String(decoding: text[start..<index], as: UTF8.self)
            if !text.strippingWhitespace().isEmpty { words.append(start..<index) }
        }
        while index < text.count {
            guard let token = tokens.first(where: { text[index...].starts(with: $0) }) else {
                index += 1
                continue
            }
            end()
            index += token.count
            start = index
        }
        end()
        guard words.count < 2 else { throw .fixed("its words are on both sides of a token") }
        guard let range = words.first else { return Part(before: text) }
        let stripped = String(decoding: text[range], as: UTF8.self).strippingWhitespace()
        let count = stripped.utf8.count
        // White space around the words stays.
        let first = range.first { text[$0...].starts(with: stripped.utf8) } ?? range.lowerBound
        return Part(before: Array(text[..<first]), words: stripped, after: Array(text[(first + count)...]))
    }

    /// A row of a table.
    /// - Parameter header: its first line.
    /// - Throws: `RowEditError.fixed`.
    package init(csv line: [UInt8], header: [UInt8]) throws(RowEditError) {
        let ending = line.last == UInt8(ascii: "\r") ? "\r" : ""
        let columns = CSVRow.fields(header.last == UInt8(ascii: "\r") ? header.dropLast() : header[...]) ?? []
        let fields = CSVRow.fields(ending.isEmpty ? line[...] : line.dropLast()) ?? []
        guard fields.count == columns.count else { throw .fixed("it has not as many fields as the first line") }
        if let number = columns.firstIndex(of: "error_stage"), !fields[number].isEmpty {
            throw .fixed("it has no caption, but an error")
        }
        guard let number = columns.firstIndex(where: { $0 == "caption" || $0 == "captions" }) else {
            throw .fixed("it has no caption")
        }
        let isList = columns[number] == "captions"
        guard !isList || !fields[number].isEmpty else { throw .fixed("it has no caption") }
        captions = isList ? fields[number].literalComponents(separatedBy: "\n") : [fields[number]]
        place = .field(number, of: fields, columns: columns, isList: isList, ending: ending)
    }

    /// The row, without a line break, with other captions. Log-probabilities and similarities, and which text was kept,
    /// become null, since they are those of the captions before; so do a sample's statistics.
    /// - Throws: `RowEditError.invalid` for captions that the row cannot hold.
    package func line(with new: [String]) throws(RowEditError) -> String {
        try check(new)
        switch place {
        case .member(let sample, let name, let isList, let isRecord):
            let texts = new.map { JSONValue.string($0) }
            var replacements = [ExactString(name): isList ? .array(texts) : texts[0]]
            // In other rows these names are the user's own.
            for name in isRecord ? Self.captionNumbers : [] { replacements[ExactString(name)] = .null }
            return sample.line(replacing: replacements)
        case .chunks(let sample, let parts):
            var rest = new[...]
            let newParts = parts.map { part in
                let words = part.words == nil ? "" : rest.popFirst() ?? ""
                return String(decoding: part.before + words.utf8 + part.after, as: UTF8.self)
            }
            let text = newParts.joined(separator: sample.fields.endOfChunkToken)
            return sample.line(
                replacing: [ExactString(sample.fields.text): .string(text), ExactString(SampleStats.field): .null])
        case .field(let number, var fields, let columns, _, let ending):
            fields[number] = new.joined(separator: "\n")
            for (column, name) in columns.enumerated() where Self.captionNumbers.contains(name) { fields[column] = "" }
            return CSVRow.line(fields).dropLast() + ending
        }
    }

    /// - Throws: `RowEditError.invalid` for captions that the row cannot hold.
    package func check(_ new: [String]) throws(RowEditError) {
        guard new.count == captions.count else {
            throw .invalid("there are \(new.count) captions, expected \(captions.count)")
        }
        // What a row has already it can hold.
        for (caption, old) in zip(new, captions) where !caption.hasSameBytes(as: old) {
            guard !caption.strippingWhitespace().isEmpty else { throw .invalid("a caption is empty") }
            guard caption.utf8.count <= Self.captionLimit else { throw .invalid("a caption is longer than 1 MB") }
            let isNew = { (byte: UInt8) in
                (byte == 0x7F || byte < 0x20 && byte != 0x09 && byte != 0x0A) && !old.utf8.contains(byte)
            }
            guard !caption.utf8.contains(where: isNew) else { throw .invalid("a caption has control characters") }
            switch place {
            case .chunks(let sample, _):
                for token in sample.fields.tokens where caption.literalComponents(separatedBy: token).count > 1 {
                    throw .invalid("a caption has the token \(token)")
                }
            case .field(_, _, _, true, _):
                guard !caption.utf8.contains(0x0A) else { throw .invalid("a caption has a line break") }
            default: break
            }
        }
    }
}
