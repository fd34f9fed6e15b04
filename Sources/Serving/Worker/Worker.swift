package import Captioner
package import CaptionerDataSets
import CaptionerFiles
package import Foundation

/// Captions images for another program: a JSON object a line in, a JSON object a line out, in the same order.
///
/// What is waiting goes through the model together, up to the captioner's batch size, and is answered at once; texts are
/// scored image by image. Lines
/// that are no requests and images that have no captions are answered with errors; nothing ends the work but the end of
/// the input, an input that cannot be read, and an output that cannot be written. The next batch, if it is full,
/// is taken while the model runs, so that its images are ready.
package final class Worker: Sendable {
    /// How long a line may be, in bytes: 48 MB of image, as Base64. What is longer is answered with an error.
    package static let lineLimit = 64 << 20

    private let captioner: Captioner
    private let generation: Captioner.GenerationOptions
    private let shape: CaptionRecord.Shape
    private let lineLimit: Int
    private let queue: BatchQueue<InputLine>

    /// - Parameters:
    ///   - generation: for all images alike, but for prompts.
    ///   - shape: of the answers.
    package init(
        _ captioner: Captioner, generation: Captioner.GenerationOptions, shape: CaptionRecord.Shape = .init(),
        lineLimit: Int = Worker.lineLimit
    ) {
        self.captioner = captioner
        self.generation = generation
        self.shape = shape
        self.lineLimit = lineLimit
        queue = BatchQueue(batchSize: captioner.options.batchSize, byteLimit: lineLimit, size: \.byteCount)
    }

    /// Reads no more, answers what was read, and lets `callAsFunction` return. May be called from any thread.
    package func stop() { queue.end() }

    /// Answers lines until there are no more. Is called once.
    ///
    /// - Parameters:
    ///   - descriptor: what to read, such as that of standard input. It has to stay open.
    ///   - write: takes the answers of a batch, lines as UTF-8.
    /// - Returns: how many lines were answered, and how.
    /// - Throws: `FileError.unreadableFile` after the lines that could be read, what `write` throws,
    ///   `CaptionerError.invalidOption`.
    package func callAsFunction(
        reading descriptor: Int32, write: @escaping @Sendable (Data) throws -> Void
    ) async throws -> WorkerCounts {
        try captioner.check(generation)
        startReading(descriptor)
        var last: Task<WorkerCounts, any Error>?
        var lineCount = 0
        do {
            while true {
                let lines = try await queue.take()
                if lines.isEmpty { break }
                let (first, before) = (lineCount + 1, last)
                lineCount += lines.count
                last = Task { try await self.answer(lines, from: first, after: before, write: write) }
            }
        } catch {
            _ = try await last?.value
            throw error
        }
        return try await last?.value ?? WorkerCounts()
    }

    /// On a thread of its own: it may wait for long, which Swift's shared threads must not.
    private func startReading(_ descriptor: Int32) {
        let (queue, lineLimit) = (queue, lineLimit)
        Thread.detachNewThread {
            var reader = RequestReader(descriptor: descriptor, lineLimit: lineLimit)
            do {
                while let line = try reader.next(), queue.add(line) {}
                queue.end()
            } catch {
                queue.end(failure: error)
            }
        }
    }

    /// - Parameter before: the batch before, whose answers come first.
    /// - Returns: what was answered so far.
    private func answer(
        _ lines: [InputLine], from first: Int, after before: Task<WorkerCounts, any Error>?,
        write: @Sendable (Data) throws -> Void
    ) async throws -> WorkerCounts {
        defer { queue.finish() }
        do {
            let answers = try await answers(to: lines, from: first)
            var counts = try await before?.value ?? WorkerCounts()
            counts.add(answers)
            try write(Data(answers.map { $0.line(shape) }.joined().utf8))
            return counts
        } catch {
            // The answers to the lines that wait are read no more.
            queue.end(drop: true)
            throw error
        }
    }

    private func answers(to lines: [InputLine], from first: Int) async throws -> [WorkerAnswer] {
        let requests = zip(first..., lines).map { WorkerRequest($1, number: $0) }
        // One after the other: a score runs the model on its image alone.
        async let scored = scored(requests)
        var captioned: [ImageAnswer] = []
        let images = requests.compactMap { if case .success(.caption(let image)) = $0.work { image } else { nil } }
        for try await outcome in captioner.captions(for: images, options: generation) {
            captioned.append(ImageAnswer(outcome))
        }
        var (captions, scores) = (captioned[...], try await scored[...])
        return requests.map { request in
            let content: Result<WorkerAnswer.Content, ItemFailure> = request.work.flatMap { work in
                let missing = ItemFailure(stage: .caption, message: "no caption")
                return switch work {
                case .caption: (captions.popFirst() ?? .failure(missing)).map { .captions($0) }
                case .scores: scores.popFirst() ?? .failure(missing)
                }
            }
            return WorkerAnswer(id: request.id, path: request.path, content: content)
        }
    }

    /// The scores of the requests that ask for some.
    private func scored(_ requests: [WorkerRequest]) async throws -> [Result<WorkerAnswer.Content, ItemFailure>] {
        var results: [Result<WorkerAnswer.Content, ItemFailure>] = []
        for request in requests {
            guard case .success(.scores(var image, let texts)) = request.work else { continue }
            image.prompt = image.prompt ?? generation.prompt
            do {
                let (scores, note) = try await captioner.scoresAndNote(image, texts: texts)
                results.append(.success(.scores(scores, note: note)))
            } catch let failure as CaptionFailure {
                results.append(.failure(ItemFailure(failure)))
            }
        }
        return results
    }
}
