import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport

@testable import CaptionerDataSets
@testable import CaptionerServing

/// A worker with the demo model, and the two ends of what it reads and writes.
final class WorkerPipes: Sendable {
    let requests = Pipe()
    private let answers = Pipe()
    private let running: Task<WorkerCounts, any Error>
    let worker: Worker

    init(
        batchSize: Int = 8, generation: Captioner.GenerationOptions = Captioner.GenerationOptions(),
        shape: CaptionRecord.Shape = .init(), lineLimit: Int = Worker.lineLimit
    ) async throws {
        var options = Captioner.Options(precision: .float32)
        options.batchSize = batchSize
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint(), options: options)
        let worker = Worker(captioner, generation: generation, shape: shape, lineLimit: lineLimit)
        let (input, output) = (requests.fileHandleForReading.fileDescriptor, answers.fileHandleForWriting)
        self.worker = worker
        running = Task { try await worker(reading: input) { try output.write(contentsOf: $0) } }
    }

    func send(_ text: String) throws { try requests.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    func end() throws { try requests.fileHandleForWriting.close() }

    /// What the worker counted, after its end.
    func counts() async throws -> WorkerCounts { try await Watchdog.guarding { try await running.value } }

    /// The next answer. Waits for it, on a thread that may wait.
    func answer() async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [answers] in
                continuation.resume(returning: answers.nextLine(within: Watchdog.suiteLimit))
            }
        }
    }

    /// Sends lines and the end, and waits for as many answers.
    static func answers(
        to lines: [String], batchSize: Int = 8, generation: Captioner.GenerationOptions = Captioner.GenerationOptions(),
        shape: CaptionRecord.Shape = .init(), lineLimit: Int = Worker.lineLimit
    ) async throws -> [String] {
        let pipes = try await WorkerPipes(
            batchSize: batchSize, generation: generation, shape: shape, lineLimit: lineLimit)
        let text = lines.map { $0 + "\n" }.joined()
        Thread.detachNewThread {
            try? pipes.send(text)
            try? pipes.end()
        }
        var answers: [String] = []
        for _ in lines { answers.append(await pipes.answer()) }
        _ = try await pipes.counts()
        return answers
    }
}
