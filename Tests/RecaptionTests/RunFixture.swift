import Captioner
import CaptionerDemoModel
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

/// A folder with images, broken files and a data set over them, and the demo model to run over it.
struct RunFixture {
    let folder: TemporaryFolder
    let captioner: Captioner

    init(batchSize: Int = 3) async throws {
        folder = try TemporaryFolder()
        captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: batchSize, precision: .float32))
        let pictures = ["easy-vqa-000", "easy-vqa-001", "easy-vqa-002", "easy-vqa-003", "drawn-000", "drawn-001"]
        for (index, name) in pictures.enumerated() {
            try folder.copy(
                Fixtures.pictures.appendingPathComponent("\(name).png"), as: "p\(index).png")
        }
        try folder.write("<html>", as: "bad.png")
        try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-001.png"), as: "same.png")
    }

    /// Samples with one image and several, good and bad, with and without what they need.
    static let samples = [
        #"{"id": "0", "text": "<__dj__image>\nold words <|__dj__eoc|>", "images": ["p0.png"], "w": 1.50}"#,
        #"{"id": "bad", "text": "<__dj__image> x <|__dj__eoc|>", "images": ["bad.png"], "w": 2}"#,
        #"{"id": 1, "text": "<__dj__image> a <__dj__image> b <|__dj__eoc|> <__dj__image> c <|__dj__eoc|>", "images": ["p1.png", "p2.png", "p3.png"]}"#,
        #"{"id": "none", "text": "only words <|__dj__eoc|>", "images": []}"#,
        #"{"id": "same", "images": ["same.png"], "text": "<__dj__image> é\u00e9/<|__dj__eoc|>", "m": {"k": [1, null]}}"#,
        #"{"id": "short", "text": "<__dj__image><__dj__image> <|__dj__eoc|>", "images": ["p1.png"]}"#,
        #"not JSON"#,
        #"{"id": "gone", "text": "<__dj__image> g <|__dj__eoc|>", "images": ["gone.png"]}"#,
        #"{"id": 4, "text": "<__dj__image> x <|__dj__eoc|>", "images": ["p4.png"]}"#,
        #"{"id": 5, "text": "<__dj__image> y <|__dj__eoc|>", "images": ["p5.png"]}"#,
        #"{"id": "bad", "text": "<__dj__image> x <|__dj__eoc|>", "images": ["bad.png"]}"#,
    ]

    func dataSet() throws -> any ItemSource {
        let file = try folder.write(Self.samples.joined(separator: "\n") + "\n", as: "set.jsonl")
        return try DataSet(path: file.path)
    }

    func images() throws -> any ItemSource {
        let names = ["p0", "bad", "p1", "same", "p2", "gone", "p3", "p4", "bad", "p5"]
        return try ImageList(inputs: names.map { folder.path("\($0).png") })
    }

    /// A run whose captions are the same on all machines.
    func job(_ input: any ItemSource, _ format: OutputFormat) -> RecaptionJob {
        RecaptionJob(input, format: format, generation: Captioner.GenerationOptions(maxNewTokens: 12))
    }

    @discardableResult
    func run(_ job: RecaptionJob, _ output: String, isStopped: () -> Bool = { false }) async throws -> RunProgress {
        try await job(
            by: RunModels(captioner), to: files(output), progress: { _ in }, isStopped: isStopped)
    }

    func files(_ output: String) -> RunFiles { RunFiles(output: folder.path(output)) }

    func bytes(_ path: FilePath) -> [UInt8] { (try? FileBytes.of(path)) ?? [] }

    func lines(_ path: FilePath) -> [String] { lines(path.string) }

    func bytes(_ path: String) -> [UInt8] { Array(FileManager.default.contents(atPath: path) ?? Data()) }

    func lines(_ path: String) -> [String] {
        String(decoding: bytes(path), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
