import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images select DATASET -o FILE.jsonl`: the rows of a scored data set that are worth keeping.
struct SelectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract: "Selects rows by score, and removes duplicates.",
        discussion: """
            Drops rows without a score, then rows whose score is out of range, then duplicates, then all but the best \
            rows. Rows that are kept are written as they were read, all others to OUTPUT.dropped.jsonl, each with the \
            reason. No model is needed; score, or caption with --clip, makes the scores. \
            Exit status: 0 written, 1 could not, 128 + N interrupted by signal N, 64 wrong usage.
            """)

    @Argument(help: "A scored data set or records of scored captions, FILE.jsonl or FILE.jsonl.gz.")
    var dataset: FilePath

    @OptionGroup var file: NewFileOptions

    @OptionGroup var criteria: SelectionOptions

    @Option(help: "The file for rows that are dropped. (default: OUTPUT.dropped.jsonl)")
    var dropped: FilePath?

    @Flag(help: "No progress and no counts on standard error.")
    var quiet = false

    func validate() throws {
        if dropped?.isEmpty == true { throw ValidationError("--dropped is empty.") }
        try dropped?.checkIsUncompressed("--dropped")
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            try file.check()
            try OutputFile.check(file.output)
            if dropped == nil, OutputFile.isSpecial(file.output) {
                throw ValidationError(
                    "\(file.output.escaped) is no plain file; --dropped says where the dropped rows go.")
            }
            let dropped = dropped ?? file.output.suffixed(".dropped.jsonl")
            guard file.overwrite || !OutputFile.exists(dropped) else {
                throw FileError.outputExists(path: dropped.escaped)
            }
            let console = Console(isQuiet: quiet)
            let selection = criteria.selection
            let summary = try await selection(dataset, to: file.output, dropped: dropped) {
                console.show(share: $0, of: $1)
            }
            console.endLine()
            for line in summary.lines(output: file.output.escaped, dropped: dropped.escaped) { console.note(line) }
        }
    }
}

extension SelectionSummary {
    /// What is printed.
    fileprivate func lines(output: String, dropped name: String) -> [String] {
        var lines = ["\(kept) of \(total) rows kept in \(output)"]
        if kept < total {
            lines.append("\(total - kept) dropped, in \(name)")
            lines += dropped.map { "    \($0.count)  \($0.reason)" }
        }
        if let firstUnreadable {
            lines.append(
                "\(unreadableCount) rows taken for no duplicates, as their images could not be compared: \(firstUnreadable)"
            )
        }
        if let field, let before {
            let head = ["", "scores", "min", "25 %", "median", "75 %", "max", "mean"]
            lines.append("\(field):")
            lines.append(Self.row(head))
            lines.append(Self.row(["before"] + before.cells))
            lines.append(Self.row(["after"] + (after?.cells ?? ["0"])))
        }
        return lines
    }

    private static func row(_ cells: [String]) -> String {
        cells.enumerated().map { column, cell in
            let space = String(repeating: " ", count: max(0, (column == 0 ? 8 : 10) - cell.count))
            return column == 0 ? cell + space : space + cell
        }.joined()
    }
}

extension ScoreDistribution {
    fileprivate var cells: [String] { ["\(count)"] + (quartiles + [mean]).map { String(format: "%.5g", $0) } }
}
