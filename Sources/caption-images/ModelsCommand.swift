import ArgumentParser
import Captioner
import CaptionerFiles
import Foundation

/// `caption-images models`: which models there are, what they are good for, and which of them are here.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists models that run here, and which are downloaded.",
        discussion: """
            The table of docs/models.md: parameters, the memory of a process and the seconds an image in int8 on two cores, \
            CIDEr on COCO captions as published, languages, licence, and what a model is good and bad at. Nothing is \
            downloaded. `doctor` says what the models in the caches need on this machine.
            """)

    @Flag(help: "Print one JSON document instead of lines.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let list = ModelList()
            try RecordWriter().write(json ? JSONText.document(list) : Data(list.text.utf8))
        }
    }
}
