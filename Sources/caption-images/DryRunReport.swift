import Captioner
import CaptionerDataSets
import CaptionerRecaption
import Foundation

/// What `--dry-run` says.
struct DryRunReport {
    private let survey: RunSurvey
    private let isDataSet: Bool
    /// Items of the input that the run leaves out.
    private let skipped: Int
    private let output: String?
    private let batchSize: Int
    /// What captioning takes by the sizes of the model.
    var memory: (precision: Captioner.Precision, estimate: MemoryEstimate)?
    /// What a measurement found.
    var measured: CaptionBenchmark.Figure?
    var notes: [String] = []

    init(_ survey: RunSurvey, input: any ItemSource, skipped: Int, output: String?, batchSize: Int) {
        self.survey = survey
        isDataSet = input.fields != nil
        self.skipped = skipped
        self.output = output
        self.batchSize = batchSize
        notes = input.notes
    }

    /// The report as lines of text.
    var text: String {
        let sections: [(String, [String])] = [
            ("items", [itemLine]), ("output", [outputLine]), ("images", imageLines), ("to do", [workLine]),
            ("memory", [memoryLine]), ("time", [timeLine]), ("notes", notes),
        ]
        return sections.flatMap { name, lines in
            lines.enumerated().map { index, line in
                "\(index == 0 ? name : "")".padding(toLength: 9, withPad: " ", startingAt: 0) + line + "\n"
            }
        }.joined() + "nothing was written\n"
    }

    private var itemLine: String {
        let name = isDataSet ? "samples" : "images"
        var line = "\(survey.items) \(name)"
        if skipped > 0 { line += ", \(skipped) more left out by --limit or --shard" }
        if survey.badItems > 0 { line += ", \(survey.badItems) of them not as they should be, for error records" }
        return line
    }

    private var outputLine: String {
        guard let output else { return "standard output, a pipe or a device, where no run resumes" }
        guard survey.done > 0 else { return "\(output), from the beginning" }
        let errors = survey.doneWithErrors > 0 ? ", \(survey.doneWithErrors) of them with error records" : ""
        return "\(output), which has \(survey.done) already\(errors): \(survey.left) are left"
    }

    private var imageLines: [String] {
        let formats = survey.formats.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        let size = survey.images > 0 ? ", \(ByteCount.text(survey.byteCount))" : ""
        let list = formats.isEmpty ? "none that can be read" : formats.joined(separator: ", ") + size
        var lines = [survey.images == 0 ? "none" : "\(list); not decoded, so broken ones are among them"]
        if survey.skipped > 0 { lines.append("\(survey.skipped) with a text that they keep, not captioned") }
        if survey.duplicates > 0 {
            lines.append("\(survey.duplicates) the same as others before them, not captioned again")
        }
        let causes = survey.unreadable.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        lines += causes.prefix(5).map { "\($0.value) for error records: \($0.key)" }
        if causes.count > 5 {
            lines.append("and \(causes.count - 5) other \(causes.count == 6 ? "kind" : "kinds") of errors")
        }
        return lines
    }

    private var workLine: String { "\(survey.distinct) images to caption, \(batchSize) at once" }

    private var memoryLine: String {
        guard let (precision, estimate) = memory else { return "unknown" }
        if let measured {
            return "\(ByteCount.text(measured.peakResidentBytes)) at most, measured with \(measured.batchSize) at once"
        }
        return
            "about \(ByteCount.text(estimate.totalBytes)), of that \(ByteCount.text(estimate.weightBytes)) for weights in "
            + "\(precision.rawValue) and \(ByteCount.text(estimate.batchBytes)) for batches of \(batchSize)"
    }

    private var timeLine: String {
        if let measured {
            let seconds = measured.secondsPerImage * Double(survey.distinct)
            return "\(RunProgress.clock(seconds)) at \(String(format: "%.3g", measured.secondsPerImage)) s an image, "
                + "measured with \(measured.runs == 1 ? "one batch" : "\(measured.runs) batches")"
        }
        if survey.left == 0 || survey.distinct == 0 { return "next to none" }
        if let seconds = survey.secondsPerItem {
            return "\(RunProgress.clock(seconds * Double(survey.left))) at the rate of the last session"
        }
        return "unknown without a measurement: --estimate makes one, as does caption-images bench"
    }
}
