import CaptionerFiles
import Foundation
import TestSupport
import Testing

@testable import Captioner
@testable import CaptionerDataSets
@testable import CaptionerRecaption

@Suite(.timeLimit(.minutes(45))) struct PipelineMemoryTests {
    /// Samples that wait for the same caption are no longer read when they take much memory.
    @Test func samplesThatHoldMuchAreWaitedFor() async throws {
        let fixture = try await RunFixture()
        let padding = String(repeating: "x", count: CaptionPipeline.pauseByteCount / 3)
        let line = #"{"text": "<__dj__image> <|__dj__eoc|>", "images": ["p0.png"], "padding": "\#(padding)"}"# + "\n"
        let file = try fixture.folder.write(String(repeating: line, count: 5), as: "large.jsonl")
        let input = (try DataSet(path: file.path))
        var emitted = 0
        let pipeline = CaptionPipeline(
            ItemQueue(try input.items(0..<5)), itemCount: 5,
            format: SampleRows(fields: DataSetFields(), options: RewritingOptions(), schema: nil),
            models: RunModels(fixture.captioner), earlier: nil, lastFolder: nil
        ) { _, _, _ in emitted += 1 }
        let request = try #require(await pipeline.nextRequest())
        #expect(await pipeline.nextRequest() == nil)
        #expect(!pipeline.isAtEnd)
        let caption = Caption(
            text: "a", tokenIDs: [], logProbability: 0, score: 0, isComplete: true, note: nil)
        pipeline.receive(CaptionOutcome(index: 0, source: request.image, captions: .success([caption])))
        try await pipeline.drain()
        #expect(emitted == 3)
        #expect(await pipeline.nextRequest() == nil)
        try await pipeline.drain()
        #expect(pipeline.isAtEnd && emitted == 5 && pipeline.failure == nil)
    }

    /// Rows are written when they are large, and not only when they are many.
    @Test func rowsThatHoldMuchAreWritten() async throws {
        let fixture = try await RunFixture()
        let padding = String(repeating: "x", count: CaptionPipeline.pauseByteCount / 3)
        let line = #"{"text": "no image", "images": [], "padding": "\#(padding)"}"# + "\n"
        let file = try fixture.folder.write(String(repeating: line, count: 5), as: "large.jsonl")
        let destination = CountingDestination()
        let run = CaptionRun(
            try DataSet(path: file.path), range: 0..<5, models: RunModels(fixture.captioner),
            generation: Captioner.GenerationOptions(),
            format: SampleRows(fields: DataSetFields(), options: RewritingOptions(), schema: nil))
        _ = try await run(to: destination)
        #expect(destination.rowCounts == [3, 2])
    }
}

/// Keeps nothing but how many rows came together.
private final class CountingDestination: RunDestination {
    private(set) var rowCounts: [Int] = []

    func earlierRows(_ format: any RowFormat) -> EarlierRows? { nil }

    func resume(
        _ format: any RowFormat, _ items: ItemQueue, passed: (Item, [ErrorRecord]) throws -> Void,
        starting: () throws -> Void
    ) throws -> ResumePoint { ResumePoint() }

    func write(_ rows: ItemRows, embedded: [EmbeddedPair]) { rowCounts.append(rows.rows.count) }
}
