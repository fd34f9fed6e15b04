import Captioner
import Foundation

extension ModelList {
    /// The list as lines of text.
    var text: String {
        let rows = models.map { Self.row($0.model) }
        let widths = Self.titles.indices.map { column in ([Self.titles] + rows).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            zip(cells, widths).map { $0 + String(repeating: " ", count: max($1 - $0.count, 0)) }
                .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }
        var lines = [line(Self.titles)]
        for (entry, row) in zip(models, rows) {
            let model = entry.model
            lines.append(line(row))
            // Declared: Swift 6.2 takes too long to find the types.
            let details: [(String, String)] = [
                ("for", model.purpose), ("good", model.goodAt), ("bad", model.badAt),
                ("CIDEr", model.cider?.source ?? ""), ("also", model.variants.joined(separator: ", ")),
                ("here", entry.downloaded.joined(separator: ", ")),
            ]
            for (name, text) in details where !text.isEmpty {
                lines.append("  " + name.padding(toLength: 7, withPad: " ", startingAt: 0) + text)
            }
        }
        lines += ["", "memory, s/image: int8, one image at a time and batches of 8, on the machine of docs/models.md"]
        if models.allSatisfy(\.downloaded.isEmpty) { lines.append("none of these is in the caches here") }
        if !others.isEmpty { lines.append("other models in the caches: \(others.joined(separator: ", "))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The columns that a terminal shows.
    private static let titles = ["model", "parameters", "memory", "s/image", "CIDEr", "languages", "licence"]

    private static func row(_ model: KnownModel) -> [String] {
        [
            model.name, model.parametersText, model.memoryText, model.secondsText, model.ciderText, model.languages,
            model.licence,
        ]
    }
}

extension KnownModel {
    fileprivate var parametersText: String {
        parameters >= 1_000_000_000
            ? String(format: "%.2f B", Double(parameters) / 1e9) : "\(Int((Double(parameters) / 1e6).rounded())) M"
    }

    fileprivate var memoryText: String { residentBytes.map { ByteCount.text($0) } ?? "-" }

    /// Alone, and in a batch.
    fileprivate var secondsText: String {
        guard secondsAlone != nil || secondsInBatch != nil else { return "-" }
        return [secondsAlone, secondsInBatch].map { $0.map { String(format: "%.2f", $0) } ?? "-" }.joined(
            separator: ", ")
    }

    fileprivate var ciderText: String { cider.map { String(format: "%.1f", $0.value) } ?? "-" }
}
