import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerReport
import Foundation
import SystemPackage

/// `caption-images report OUTPUT -o PAGE`: a page to look at what a run has written.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Makes an HTML page of a run's images and captions.",
        discussion: """
            The page shows images, old and new captions, scores and errors. It is one file, and loads nothing else. \
            Besides CAPTIONS, the command reads CAPTIONS.run.json and CAPTIONS.errors.jsonl if they exist. The run may be \
            unfinished. \
            Exit status: 0 made, 1 could not, 128 + N interrupted by signal N, 64 wrong usage.
            """)

    @Argument(help: "The output of caption-images: records (JSONL), a Data-Juicer data set, or CSV.")
    var captions: FilePath

    @Option(name: [.short, .long], help: "The HTML file to write; an existing report is replaced.")
    var output: FilePath

    @OptionGroup var options: ReportOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try output.checkOutputName()
        if captions.isEmpty { throw ValidationError("OUTPUT is empty.") }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            try OutputFile.check(output)
            if OutputFile.exists(output), !ReportPage.isReport(output) {
                throw FileError.unwritableOutput(path: output.escaped, cause: "it is there, and it is no report")
            }
            let inputs = RunFiles(output: captions).possible + [options.input].compactMap { $0 }
            try OutputFile.check([output], against: inputs)
            let report = options.report(of: captions)
            let console = Console(isQuiet: quiet)
            let page = try await report { console.show(share: $0, of: "images") }
            console.endLine()
            for note in page.notes { console.note(note) }
            let html = page.html
            try OutputFile.write(html, to: output)
            console.note(Self.summary(page, byteCount: html.count) + " in \(output.escaped)")
        }
    }

    private static func summary(_ page: ReportPage, byteCount: Int) -> String {
        var parts = [
            page.rowCount < page.totalRowCount
                ? "the first \(page.rowCount) of \(page.totalRowCount) rows" : "\(page.rowCount) rows"
        ]
        if page.failedCount > 0 { parts.append("\(page.failedCount) failed") }
        if page.missingPictureCount > 0 { parts.append("\(page.missingPictureCount) images missing") }
        if page.unreadablePictureCount > 0 { parts.append("\(page.unreadablePictureCount) images unreadable") }
        return parts.joined(separator: ", ") + ", " + String(format: "%.1f MB", Double(byteCount) / 1e6)
    }
}
