import ArgumentParser
import Captioner
import Foundation

/// `embedding-benchmark`: how fast a CLIP model embeds images and texts here.
@main
struct EmbeddingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embedding-benchmark",
        abstract: "Measures images and texts a second of a CLIP model, in one process, medians of several rounds.",
        discussion: """
            end to end: image files to embeddings, read, decoded and resized; tower: prepared pixels to embeddings; texts: \
            of --words words each. A line of JSON.
            """)

    @Option(help: "A checkpoint folder.")
    var model: String

    @Option(help: "A folder of image files.")
    var pictures: String

    @Option(help: "f32, bf16, int8 or auto.")
    var precision = "auto"

    @Option(help: "Images that go through the model together.")
    var batch = 32

    @Option var threads = Captioner.Options.defaultThreadCount
    @Option var kernels: String?
    @Option var words = 12
    @Option var rounds = 5

    /// What was measured, a line of JSON.
    struct Figures: Encodable {
        var model: String
        var precision: String
        var kernels: String
        var batch: Int
        var threads: Int
        var loadSeconds: Double
        var imagesPerSecond: Double
        var towerImagesPerSecond: Double
        var textsPerSecond: Double
    }

    func run() async throws {
        guard let precision = Captioner.Precision(rawValue: precision) else {
            throw ValidationError("--precision is none")
        }
        var options = Captioner.Options(threadCount: threads, precision: precision, kernels: kernels)
        options.batchSize = batch
        let start = ContinuousClock.now
        let encoder = try await ImageTextEncoder(modelFolder: URL(filePath: model), options: options)
        let loadSeconds = (ContinuousClock.now - start) / .seconds(1)
        let files = try FileManager.default.contentsOfDirectory(
            at: URL(filePath: pictures), includingPropertiesForKeys: nil
        )
        .sorted { $0.path < $1.path }
        let images = (0..<max(batch, 8)).map { ImageSource.file(files[$0 % files.count]) }
        let pixels = try images.prefix(batch).map { try encoder.pixels($0) }
        let text = (0..<words).map { _ in "word" }.joined(separator: " ")
        let texts = [String](repeating: text, count: 64)
        var (whole, tower, textual): ([Double], [Double], [Double]) = ([], [], [])
        // The first round takes memory and is not counted.
        for round in 0...rounds {
            let seconds = [
                try await measured { for result in try await encoder.embeddings(of: images) { _ = try result.get() } },
                try await measured { _ = try await encoder.embeddings(pixels: pixels) },
                try await measured { _ = try await encoder.embeddings(of: texts) },
            ]
            guard round > 0 else { continue }
            whole.append(Double(images.count) / seconds[0])
            tower.append(Double(pixels.count) / seconds[1])
            textual.append(Double(texts.count) / seconds[2])
        }
        let figures = Figures(
            model: URL(filePath: model).lastPathComponent, precision: encoder.precision.rawValue,
            kernels: encoder.kernelDescription, batch: batch, threads: threads, loadSeconds: loadSeconds,
            imagesPerSecond: median(whole), towerImagesPerSecond: median(tower),
            textsPerSecond: median(textual))
        let json = JSONEncoder()
        json.outputFormatting = [.sortedKeys]
        print(String(decoding: try json.encode(figures), as: UTF8.self))
    }

    private func measured(_ body: () async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
