import ArgumentParser
import Captioner
import CaptionerFiles
import Foundation

/// `caption-images inspect MODEL`: what a checkpoint folder holds, and whether it fits.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Describes a checkpoint folder.",
        discussion:
            "Lists its parts and which tensors are missing or unused. Exit status: 0 the model can run, 2 something is missing or does not fit, 1 the folder cannot be read."
    )

    @Argument(
        help:
            "A checkpoint folder in Hugging Face layout, or the name of a downloaded model, such as Salesforce/blip2-opt-2.7b. (default: the demo model)"
    )
    var model: GivenPath?

    @OptionGroup var towers: TowerOptions

    @Flag(help: "Print one JSON document instead of lines; its fields are in docs/before-a-run.md.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let summary = try ModelSummary(model: modelFolder(model), towers: towers.towerOptions)
            try RecordWriter().write(json ? JSONText.document(summary.information) : Data("\(summary)\n".utf8))
            if !summary.isComplete { throw ExitCode(2) }
        }
    }
}
