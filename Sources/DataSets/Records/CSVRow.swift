import CaptionerJSON

/// Records as comma-separated values (RFC 4180, but with line feeds alone, as `csv.writer(lineterminator="\n")` in
/// Python): id, image, captions, log-probability of the first and scores if asked for, note, stage and message of an error.
///
/// Several captions are in one field, a line each.
package enum CSVRow {
    package static func header(_ shape: CaptionRecord.Shape) -> String {
        line(
            ["id", "image", shape.isList ? "captions" : "caption"]
                + (shape.showsLogProbabilities ? ["log_probability"] : [])
                + (shape.measure.map(CaptionScores.columns) ?? [])
                + ["note", "error_stage", "error_message"])
    }

    package static func row(_ record: CaptionRecord) -> String {
        let captions = (try? record.answer.get()) ?? []
        var failure: ItemFailure?
        if case .failure(let reason) = record.answer { failure = reason }
        let probability = captions.first.flatMap { $0.logProbability.isNaN ? nil : "\($0.logProbability)" } ?? ""
        var fields = [record.id?.csvText ?? "", record.path ?? "", captions.map(\.text).joined(separator: "\n")]
        if record.shape.showsLogProbabilities { fields.append(probability) }
        if record.shape.measure != nil { fields += CaptionScores.fields(record.scores) }
        fields += [captions.first?.note ?? "", failure?.stage.rawValue ?? "", failure?.message ?? ""]
        return line(fields)
    }

    /// Fields as a row, with a line break.
    static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") + "\n" }

    private static func quoted(_ field: String) -> String {
        // Byte by byte: a quotation mark that an accent follows is another character, but a quotation mark to readers.
        guard field.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return field }
        let doubled = field.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
        return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
    }

    /// The fields of a row, nil if its quotation marks are not as they should be.
    package static func fields(_ row: some Sequence<UInt8>) -> [String]? {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        var previousWasQuote = false
        for byte in row {
            if byte == UInt8(ascii: "\"") {
                // The second of two quotation marks means itself.
                if previousWasQuote, !isQuoted { fields[fields.count - 1].append(byte) }
                isQuoted.toggle()
                previousWasQuote = !isQuoted
                continue
            }
            previousWasQuote = false
            if byte == UInt8(ascii: ","), !isQuoted {
                fields.append([])
            } else if byte != UInt8(ascii: "\n") || isQuoted {
                fields[fields.count - 1].append(byte)
            }
        }
        return isQuoted ? nil : fields.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONValue {
    /// A text as it is, anything else as JSON.
    var csvText: String { text ?? json() }
}
