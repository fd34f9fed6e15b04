import ArgumentParser
import Captioner
import CaptionerReport
import SystemPackage

/// Where a report finds what it shows, and how much it shows.
struct ReportOptions: ParsableArguments {
    @Option(help: "The folder that image paths are relative to. (default: where the run found them)")
    var images: FilePath?

    @Option(help: "The data set that was captioned, for its old captions. (default: that of the run)")
    var input: FilePath?

    @Option(help: "The longer side of the thumbnails in pixels, 0 for none.")
    var thumbnailSize = 96

    @Option(help: "Show only the first LIMIT rows.")
    var limit = 10_000

    func validate() throws {
        for (name, value) in [("--images", images), ("--input", input)] where value?.isEmpty == true {
            throw ValidationError("\(name) is empty.")
        }
        guard 0...512 ~= thumbnailSize else {
            throw ValidationError("--thumbnail-size is \(thumbnailSize), expected 0...512.")
        }
        guard limit > 0 else { throw ValidationError("--limit is \(limit), expected 1 or more.") }
    }

    func report(of output: FilePath) -> Report {
        var report = Report(output: output)
        report.images = images
        report.input = input
        report.thumbnailSize = thumbnailSize
        report.limit = limit
        report.threadCount = Captioner.Options.defaultThreadCount
        return report
    }
}
