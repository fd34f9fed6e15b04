import Captioner
import CaptionerDemoModel
import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// While the model runs, the images of the next batch are prepared, and of no other.
///
/// What must not happen for a test to pass would be waited for without end, hence the time limits.
@Suite(.timeLimit(.minutes(45))) struct PrefetchingTests {
    private let pictures = (0..<6).map { Fixtures.pictures.appendingPathComponent("easy-vqa-00\($0).png") }

    private func captioner(batchSize: Int) async throws -> Captioner {
        try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(threadCount: 2, batchSize: batchSize))
    }

    /// The second batch is read while the first one waits for the model, which another caption occupies: its files are
    /// gone before the model is free.
    @Test func theNextBatchIsPreparedWhileTheModelRuns() async throws {
        let captioner = try await captioner(batchSize: 2)
        var expected: [Caption] = []
        for picture in pictures.prefix(4) { expected.append(try await captioner.caption(picture)) }
        let folder = try TemporaryFolder()
        let files = try pictures.prefix(4).map { try folder.copy($0, as: $0.lastPathComponent) }
        let recorder = TimingsRecorder()
        let model = try await OccupiedModel(captioner, picture: pictures[5])
        let captions = Task {
            var captions: [Caption] = []
            for try await outcome in captioner.captions(for: files.map(ImageSource.file), timings: recorder) {
                captions.append(try outcome.result.get())
            }
            return captions
        }
        await Watchdog.guarding { while recorder.timings.preparedImages < 4 { await Task.yield() } }
        #expect(recorder.timings.images == 0)
        for file in files { try FileManager.default.removeItem(at: file) }
        await model.release()
        #expect(try await captions.value == expected)
        #expect(recorder.timings.images == 4)
    }

    /// One batch is prefetched while the model runs, none before the first is asked for, none while outcomes are left.
    @Test func oneBatchIsPrefetched() async throws {
        let captioner = try await captioner(batchSize: 2)
        let taken = Counter()
        let images = (0..<7).lazy.map { _ in
            taken.increment()
            return ImageSource.file(self.pictures[0])
        }
        var iterator = captioner.captions(for: images).makeAsyncIterator()
        var counts = [taken.value]
        while try await iterator.next() != nil { counts.append(taken.value) }
        #expect(counts == [0, 4, 4, 6, 6, 7, 7, 7])
    }

    /// What has to be waited for is not prefetched: outcomes that are ready would be kept back by it.
    @Test func streamsThatHaveNoMoreYetKeepNothingBack() async throws {
        let captioner = try await captioner(batchSize: 2)
        let (stream, continuation) = AsyncStream<ImageSource>.makeStream()
        var iterator = captioner.captions(for: stream).makeAsyncIterator()
        for start in [0, 2, 4] {
            for picture in pictures[start..<start + 2] { continuation.yield(.file(picture)) }
            for index in start..<start + 2 { #expect(try await iterator.next()?.index == index) }
        }
        continuation.finish()
        #expect(try await iterator.next() == nil)
    }

    /// Whatever the batches, and wherever bad images lie in them: the same outcomes, in the order of the images.
    @Test(arguments: 1...7) func outcomesAreThoseOfEveryImageAlone(batchSize: Int) async throws {
        let captioner = try await captioner(batchSize: batchSize)
        var images = pictures.map(ImageSource.file)
        images.insert(.data(Data("no picture".utf8)), at: 2)
        images.append(.file(URL(fileURLWithPath: "/no/such/picture.png")))
        var expected: [Result<[Caption], CaptionFailure>] = []
        for image in images {
            do throws(any Error) {
                expected.append(.success(try await captioner.captionCandidates(for: image)))
            } catch {
                expected.append(.failure(try #require(error as? CaptionFailure)))
            }
        }
        let recorder = TimingsRecorder()
        var found: [CaptionOutcome] = []
        for try await outcome in captioner.captions(for: images, timings: recorder) { found.append(outcome) }
        #expect(found.map(\.index) == Array(0..<8))
        #expect(found.map(\.captions) == expected)
        #expect(recorder.timings.preparedImages == 8)
        #expect(recorder.timings.images == 6)
    }

    /// An iterator whose task is cancelled takes nothing more, and has no work left when it says so.
    @Test func cancellationStopsPrefetching() async throws {
        let captioner = try await captioner(batchSize: 3)
        let recorder = TimingsRecorder()
        let taken = Counter()
        let model = try await OccupiedModel(captioner, picture: pictures[5])
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { () async throws -> Int in
                let images = (0..<1_000_000).lazy.map { _ in
                    taken.increment()
                    return ImageSource.file(self.pictures[0])
                }
                var iterator = captioner.captions(for: images, timings: recorder).makeAsyncIterator()
                await #expect(throws: CancellationError.self) { try await iterator.next() }
                let prepared = recorder.timings.preparedImages
                let next = try await iterator.next()
                #expect(next == nil)
                return prepared
            }
            await Watchdog.guarding { while taken.value < 6 { await Task.yield() } }
            group.cancelAll()
            await model.release()
            let prepared = try await group.next()
            #expect(taken.value == 6)
            #expect(recorder.timings.preparedImages == prepared)
            #expect(recorder.timings.images == 0)
        }
        #expect(try await !captioner.caption(pictures[0]).text.isEmpty)
    }

    /// A sequence that ends because its task was cancelled has not come to its end.
    @Test func endsByCancellationAreReportedAsSuch() async throws {
        let captioner = try await captioner(batchSize: 2)
        let task = Task {
            let images = sequence(state: 0) { count -> ImageSource? in
                count += 1
                // The third image is the first one prefetched.
                if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                return Task.isCancelled ? nil : .file(self.pictures[0])
            }
            for try await _ in captioner.captions(for: images) {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// What an iterator was prefetching is let go with it.
    @Test func droppedIteratorsLetPicturesGo() async throws {
        let captioner = try await captioner(batchSize: 2)
        let bytes = try Data(contentsOf: pictures[0])
        let (drops, continuation) = AsyncStream<Void>.makeStream()
        func copy() -> ImageSource {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 1)
            bytes.copyBytes(to: memory.assumingMemoryBound(to: UInt8.self), count: bytes.count)
            return .data(
                Data(
                    bytesNoCopy: memory, count: bytes.count,
                    deallocator: .custom { memory, _ in
                        memory.deallocate()
                        continuation.yield()
                    }))
        }
        for try await outcome in captioner.captions(for: (0..<100).lazy.map { _ in copy() }) {
            #expect(outcome.index == 0)
            break
        }
        var count = 0
        await Watchdog.guarding {
            for await _ in drops {
                count += 1
                if count == 4 { break }
            }
        }
        #expect(count == 4)
    }
}

/// A captioner's model that does nothing else, until it is released, than to write one caption.
private struct OccupiedModel {
    private let gate = DispatchSemaphore(value: 0)
    private let task: Task<Void, any Error>

    /// Returns when the model is occupied.
    init(_ captioner: Captioner, picture: URL) async throws {
        let (starts, continuation) = AsyncStream<Void>.makeStream()
        let gate = gate
        let updates = Counter()
        let stream = captioner.captionUpdates(for: picture, options: Captioner.GenerationOptions()) {
            update in
            guard updates.increment() == 1 else { return }
            continuation.finish()
            Watchdog.guarding { gate.wait() }
        }
        task = Task { for try await _ in stream {} }
        for await _ in starts {}
    }

    func release() async {
        gate.signal()
        _ = await task.result
    }
}

private final class Counter: Sendable {
    private let count = Atomic(0)

    /// The count with this one.
    @discardableResult
    func increment() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}
