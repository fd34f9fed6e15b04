import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images check TRAINING.json --images FOLDER`: what training will make of a training file.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a training file before MGM's training.",
        discussion: """
            Finds rows at which training fails, which it silently replaces, or from which it learns nothing. The file is \
            one that convert wrote, or one of LLaVA's or MGM's own. Rows are counted from 0, as training counts them. \
            Exit status: 0 training uses every row, 2 training ends at, replaces or ignores some, 1 the file could not be \
            checked, 128 + N interrupted by signal N, 64 wrong usage.
            """)

    @Argument(help: "A training file: a JSON array of objects with conversations and images.")
    var training: FilePath

    @Option(help: "The folder that paths of images are relative to, --image_folder of the training script.")
    var images: FilePath

    @Option(help: "The stage of training: pretrain or finetune.")
    var stage = TrainingStage.pretrain

    @Flag(help: "Decode every image completely, instead of reading only its header.")
    var decodeImages = false

    @Option(
        help: "The tokenizer folder of the language model, gemma-2b-it; with it, rows that training cuts off are found."
    )
    var tokenizer: FilePath?

    @Option(
        help:
            "The number of tokens and positions that training keeps of a row, --model_max_length of the training script. (default: \(TrainingLengths.usualLimit))"
    )
    var modelMaxLength: Int?

    @Option(name: [.short, .long], help: "A file for all findings, one JSON object per line.")
    var output: FilePath?

    @Flag(help: "Replace an existing output.")
    var overwrite = false

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try output?.checkOutputName()
        if images.isEmpty { throw ValidationError("--images is empty.") }
        if tokenizer?.isEmpty == true { throw ValidationError("--tokenizer is empty.") }
        if let modelMaxLength {
            guard modelMaxLength > 0 else { throw ValidationError("--model-max-length has to be at least 1.") }
            guard tokenizer != nil else { throw ValidationError("--model-max-length belongs to --tokenizer.") }
        }
        if overwrite, output == nil { throw ValidationError("--overwrite belongs to --output.") }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            if let output, !overwrite, OutputFile.exists(output) {
                throw FileError.outputExists(path: output.escaped)
            }
            var check = TrainingCheck(images: images, stage: stage)
            check.decodesImages = decodeImages
            check.threadCount = Captioner.Options.defaultThreadCount
            check.lengths = try tokenizer.map {
                try TrainingLengths(tokenizer: $0, limit: modelMaxLength ?? TrainingLengths.usualLimit)
            }
            let console = Console(isQuiet: quiet)
            let summary = try await check(training, findings: output) { console.show(share: $0, of: "rows") }
            console.endLine()
            let lines = summary.lines(of: training.escaped)
            try RecordWriter().write(Data(lines.map { $0 + "\n" }.joined().utf8))
            if !summary.isFit { throw ExitCode(2) }
        }
    }
}

extension TrainingStage: ExpressibleByArgument {}

extension TrainingCheckSummary {
    /// What is printed.
    fileprivate func lines(of name: String) -> [String] {
        let counts = TrainingFinding.Severity.allCases.compactMap { severity in
            severity == .note ? nil : rowCounts[severity].map { "\($0) \(severity.effect)" }
        }
        var lines = [
            "\(rowCount) \(rowCount == 1 ? "row" : "rows") of \(name), stage \(stage.rawValue): "
                + (counts.isEmpty ? "all are learned from" : counts.joined(separator: ", "))
        ]
        for group in groups {
            let rows = group.firstRows.map(String.init).joined(separator: ", ")
            let more = group.count > group.firstRows.count ? ", ..." : ""
            lines.append(
                "\(group.severity.rawValue): \(group.kind.rawValue)"
                    + (group.firstRows.isEmpty ? "" : ", \(group.count) in rows \(rows)\(more)"))
            lines.append("    \(group.example)")
        }
        return lines
    }
}

extension TrainingFinding.Severity {
    /// What becomes of rows, as a heading says it.
    fileprivate var effect: String {
        switch self {
        case .crash: "that end the run"
        case .replaced: "replaced by others"
        case .ignored: "that teach nothing"
        case .harmful: "that teach something wrong"
        case .note: "with notes"
        }
    }
}
