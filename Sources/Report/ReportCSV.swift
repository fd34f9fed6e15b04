import CaptionerDataSets

/// Reads comma-separated values (RFC 4180) into rows of a report, by the names in the header.
struct ReportCSV {
    private let columns: [String: Int]
    private let columnCount: Int

    /// - Returns: nil if the first line of the output is no such header.
    init?(header: [UInt8]) {
        guard let names = Self.fields(header),
            names.contains("image"), names.contains("caption") || names.contains("captions")
        else { return nil }
        columnCount = names.count
        columns = Dictionary(zip(names, 0...)) { first, _ in first }
    }

    /// - Returns: nil if the fields are not as many as in the header.
    func row(_ text: [UInt8]) -> ReportRow? {
        guard let fields = Self.fields(text), fields.count == columnCount else { return nil }
        func field(_ name: String) -> String? {
            columns[name].map { fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func lines(_ text: String) -> [String] {
            text.unicodeScalars.split(separator: "\n").map { String(String.UnicodeScalarView($0)) }
        }
        func number(_ text: String?) -> Double? { text.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil } }
        var row = ReportRow(kind: .image)
        row.id = field("id")
        row.images = field("image").map { [$0] } ?? []
        // Several captions are in one field, a line each.
        row.captions = field("captions").map(lines) ?? field("caption").map { [$0] } ?? []
        // There is one score, that of the first.
        if let score = number(field("log_probability")), !row.captions.isEmpty {
            row.logProbabilities = [score] + Array(repeating: nil, count: row.captions.count - 1)
        }
        let old = number(field("old_similarity"))
        // An old text that was scored is not empty.
        row.oldCaption = field("old_caption")
        row.scores = ReportScores(
            texts: lines(field("similarity") ?? "").map(number), old: old,
            rejected: number(field("new_similarity")).map { (field("new_caption") ?? "", $0) }, kept: field("kept"))
        row.note = field("note")
        if let stage = field("error_stage") {
            row.failure = ReportRow.Failure(stage: stage, message: field("error_message") ?? "no message")
        } else if row.captions.isEmpty, columns["caption"] != nil {
            row.captions = [""]
        }
        return row
    }

    /// Whether a quotation mark is open after a line if none was before it; then the row continues in the next.
    static func isOpen(_ text: [UInt8]) -> Bool { text.count { $0 == UInt8(ascii: "\"") } % 2 == 1 }

    private static func fields(_ text: [UInt8]) -> [String]? {
        CSVRow.fields(text.last == UInt8(ascii: "\r") ? text.dropLast() : text[...])
    }
}
