import ArgumentParser
import Captioner
import CaptionerDemoModel
import Foundation

/// Whole captions: stages, images per second and memory, for models, precisions, batch sizes and threads.
@main struct Pipeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline-benchmark",
        abstract: "Times captioning by stage, and prints a Markdown table of medians.",
        discussion: """
            Each measurement is a process of its own, so that its memory is known; measurements take turns, round by \
            round, so that a change of the machine's speed meets all of them. A packed model runs as it is packed.
            """)

    @Option(parsing: .upToNextOption, help: "Checkpoint folders. (default: the demo model)")
    var model: [String] = []

    @Option(parsing: .upToNextOption, help: "Images; as many as the batch takes are used, over and over.")
    var pictures: [String] = []

    @Option(parsing: .upToNextOption, help: "Precisions for models that are not packed.")
    var precision = ["f32"]

    @Option(parsing: .upToNextOption, help: "Batch sizes.")
    var batchSize = [1, 8]

    @Option(parsing: .upToNextOption, help: "Threads. (default: one for each processor)")
    var threads: [Int] = []

    @Option(help: "New tokens of each caption, no more and no fewer.")
    var newTokens = 12

    @Option(help: "Rounds, of which the median counts.")
    var rounds = 3

    @Option(help: "A JSON file for the figures; replaced if it is there.")
    var json: String?

    @Option(help: ArgumentHelp("One measurement, as JSON.", visibility: .private))
    var measurement: String?

    func run() async throws {
        if let measurement {
            let result = try await Data(measurement.utf8).decoded(Measurement.self).run()
            print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
            return
        }
        let measurements = try measurements()
        var results = measurements.map { _ in [Measurement.Result]() }
        for round in 1...max(rounds, 1) {
            for (index, measurement) in measurements.enumerated() {
                FileHandle.standardError.write(
                    Data("round \(round): \(measurement.label), batch \(measurement.batchSize)\n".utf8))
                results[index].append(try measurement.runAlone())
            }
        }
        let figures = zip(measurements, results).map { Figure($0, $1) }
        print("\(Date.now.formatted(.iso8601)), \(newTokens) new tokens, medians of \(rounds) rounds, per image\n")
        print(Figure.header)
        for figure in figures { print(figure.line) }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(figures).write(to: URL(filePath: json))
        }
    }

    private func measurements() throws -> [Measurement] {
        let models = try model.isEmpty ? [DemoModel.checkpoint()] : model.map { URL(filePath: $0) }
        let pictures = try self.pictures.isEmpty ? Self.demoPictures() : self.pictures
        let threads = self.threads.isEmpty ? [Captioner.Options.defaultThreadCount] : self.threads
        return models.flatMap { model in
            let isPacked = FileManager.default.fileExists(
                atPath: model.appendingPathComponent("packed.safetensors").path)
            return (isPacked ? ["auto"] : precision).flatMap { precision in
                batchSize.flatMap { batchSize in
                    threads.map {
                        Measurement(
                            model: model.path, precision: precision, batchSize: batchSize, threads: $0,
                            newTokens: newTokens, pictures: pictures)
                    }
                }
            }
        }
    }

    private static func demoPictures() throws -> [String] {
        let folder = try DemoModel.pictures()
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }.map { folder.appendingPathComponent($0).path }
    }
}
