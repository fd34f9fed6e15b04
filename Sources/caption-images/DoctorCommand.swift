import ArgumentParser
import Captioner
import CaptionerDemoModel
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images doctor`: what this machine has for captions, and what runs on it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Describes this machine: kernels, memory, models.",
        discussion: """
            Also reports threads and image formats, and the reason for each choice. Nothing is downloaded, and no weights \
            are read. Exit status: 0 the engine can run, 1 there are no kernels for this processor.
            """)

    @Argument(
        help: "Models to describe besides those in the caches: checkpoint folders, or the names of downloaded models.")
    var models: [GivenPath] = []

    @Flag(help: "Print one JSON document instead of lines.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var named: [(name: String, folder: FilePath)] = []
            for (name, folder) in [
                ("demo model", Result { try DemoModel.checkpoint() }),
                ("demo CLIP", Result { try DemoModel.encoder() }),
            ] {
                if let folder = try? folder.get() { named.append((name, FilePath(folder))) }
            }
            for model in models { named.append((model.text, try modelFolder(model))) }
            let report = MachineReport(models: named)
            try RecordWriter().write(json ? JSONText.document(report) : Data(report.text.utf8))
            if !report.isUsable { throw ExitCode(1) }
        }
    }
}
