import CaptionerDataSets
import CaptionerFiles

/// What a browser shows of a row that runs no scripts.
extension ReportRow {
    /// A row of a table: its number, its images, the old text, the new one or the error; texts with their similarities.
    func html(number: Int, _ rules: KeepingRules) -> String {
        let names = (id.map { [$0] } ?? []) + images.prefix(4).map(\.pictureName)
        var now = captions.enumerated().map { place, text in
            let score = kind == .image && place < scores?.texts.count ?? 0 ? [scores?.texts[place] ?? nil] : []
            return Self.line(text, score)
        }
        if kind == .sample, let texts = scores?.texts, now.count == 1 { now = [Self.line(captions[0], texts)] }
        if let failure { now.append("\(failure.stage): \(failure.message)") }
        now += scores?.reasons(rules) ?? []
        if let rejected = scores?.rejected { now.append(Self.line("not kept: \(rejected)", scores?.new ?? [])) }
        if let note { now.append(note) }
        let before = Self.line(oldCaption ?? "", scores?.old ?? [])
        let cells = [names.joined(separator: "\n"), before, now.joined(separator: "\n")]
        return "<tr><td>\(number)" + cells.map { "<td dir=\"auto\">\($0.escapedForHTML)" }.joined() + "\n"
    }

    private static func line(_ text: String, _ scores: [Double?]) -> String {
        let numbers = scores.compactMap { $0?.shown(2) }
        return numbers.isEmpty ? text : "\(text) [\(numbers.joined(separator: ", "))]"
    }
}
