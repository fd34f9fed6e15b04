import Captioner
import Foundation

extension ModelList {
    /// The list as lines of text.
    var text: String {
        let rows = models.map { Self.row($0.model) }
        let widths = Self.titles.indices.map { column in
            ([Self.titles] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            zip(cells, widths).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }
                .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }
        var lines = [line(Self.titles)]
        for (entry, row) in zip(models, rows) {
            let model = entry.model
            lines.append(line(row))
            lines.append("    \(model.purpose). Good: \(model.goodAt). Bad: \(model.badAt).")
            if let cider = model.cider { lines.append("    CIDEr: \(cider.source).") }
            if !model.variants.isEmpty { lines.append("    Also: \(model.variants.joined(separator: ", ")).") }
            if !entry.downloaded.isEmpty {
                lines.append("    Downloaded: \(entry.downloaded.joined(separator: ", ")).")
            }
        }
        lines.append("")
        if models.allSatisfy(\.downloaded.isEmpty) { lines.append("None of these is in the caches here.") }
        if !others.isEmpty {
            lines.append(
                "Other models in the caches: \(others.joined(separator: ", ")); inspect NAME says whether one runs.")
        }
        lines.append(
            "Seconds: alone, and in batches of 8; int8, random weights, two cores of an Intel Xeon with AMX. bench measures yours."
        )
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
    var parametersText: String {
        parameters >= 1_000_000_000
            ? String(format: "%.2f B", Double(parameters) / 1e9) : "\(Int((Double(parameters) / 1e6).rounded())) M"
    }

    var memoryText: String { residentBytes.map { ByteCount.text($0) } ?? "-" }

    var secondsText: String {
        let seconds = [secondsAlone, secondsInBatch].compactMap { $0 }.map {
            String(format: $0 < 10 ? "%.2f" : "%.0f", $0)
        }
        return seconds.isEmpty ? "-" : seconds.joined(separator: ", ")
    }

    var ciderText: String { cider.map { String(format: "%.1f", $0.value) } ?? "-" }
}
