import Captioner
import CaptionerDataSets
import CaptionerFiles
import Foundation
import SystemPackage

/// Between a run's items and the model: makes requests of items, and rows of answers, in the items' order.
///
/// An image that had the same bytes and the same prompt before is not asked for again. Requests are taken while the
/// model runs on earlier ones, so that files are read meanwhile.
final class CaptionPipeline {
    /// An item whose rows are not written yet.
    private struct Pending {
        let item: Item
        var rows: ItemRows?
        var answers: [SharedAnswer] = []
    }

    private let items: ItemQueue
    private let format: any RowFormat
    private let captioner: Captioner
    private let earlier: EarlierRows?
    private let emit: (Item, ItemRows, ItemOutcome) throws -> Void
    private var queue: [Pending] = []
    /// What their lines take.
    private var queuedByteCount = 0
    private var requested: [(key: ImageKey, answer: SharedAnswer)] = []
    /// Those of them that are not answered, by image.
    private var awaited: [ImageKey: SharedAnswer] = [:]
    private var answeredCount = 0
    private var cache: CaptionCache
    private var lastFolder: FilePath?
    /// Items since the last request.
    private var quietCount = 0
    private(set) var isAtEnd = false
    /// Why no more requests come, if it is not the end of the input.
    private(set) var failure: (any Error)?
    /// Images that were not asked for again.
    private(set) var reusedCount = 0

    /// - Parameters:
    ///   - itemCount: how many items there are.
    ///   - earlier: rows of items that need not be captioned.
    ///   - lastFolder: a folder that images were read from before.
    ///   - emit: gets each item's rows, in order.
    init(
        _ items: ItemQueue, itemCount: Int, format: any RowFormat, captioner: Captioner, earlier: EarlierRows?,
        lastFolder: FilePath?,
        emit: @escaping (Item, ItemRows, ItemOutcome) throws -> Void
    ) {
        self.items = items
        cache = CaptionCache(expecting: itemCount)
        self.format = format
        self.captioner = captioner
        self.earlier = earlier
        self.lastFolder = lastFolder
        self.emit = emit
    }

    /// So many items wait for the answer to one before them, or follow each other without a request; then there is a
    /// pause, so that memory does not grow with the input, and whoever runs this can write and look whether to stop.
    static let pauseCount = 4096
    /// The same in bytes of their lines: a sample may hold its pictures itself.
    static let pauseByteCount = 1 << 26

    /// The next image that has to be captioned, nil at the end of the input, after a failure, and for a pause, after
    /// which more is to be asked for when the requests so far are answered and `drain` was called.
    func nextRequest() -> CaptionRequest? {
        while ready.isEmpty {
            guard failure == nil else { return nil }
            guard quietCount < Self.pauseCount, queue.count < Self.pauseCount, queuedByteCount < Self.pauseByteCount
            else {
                quietCount = 0
                return nil
            }
            do {
                guard let item = try items.next() else {
                    isAtEnd = true
                    return nil
                }
                quietCount += 1
                try take(item)
                // Where nothing is to be captioned for long, rows shall not pile up.
                if ready.isEmpty { try drain() }
            } catch {
                failure = error
                return nil
            }
        }
        quietCount = 0
        return ready.popFirst()
    }

    /// Requests of the last item taken.
    private var ready: ArraySlice<CaptionRequest> = []

    private func take(_ item: Item) throws {
        queuedByteCount += item.byteCount
        if let rows = try earlier?.rows(of: item) {
            return queue.append(Pending(item: item, rows: rows))
        }
        var pending = Pending(item: item)
        do {
            for task in try format.tasks(of: item) { pending.answers.append(try answer(to: task)) }
        } catch let failure as ItemFailure {
            pending.rows = format.rows(of: item, failure: failure)
        }
        queue.append(pending)
    }

    private func answer(to task: CaptionTask) throws -> SharedAnswer {
        let shared: SharedAnswer
        do {
            let bytes = try bytes(of: task)
            let key = ImageKey(bytes, prompt: task.prompt)
            if let same = awaited[key] {
                reusedCount += 1
                return same
            }
            shared = SharedAnswer()
            if let captions = cache[key] {
                reusedCount += 1
                shared.answer = .success(captions)
                return shared
            }
            awaited[key] = shared
            requested.append((key, shared))
            ready.append(CaptionRequest(image: .data(bytes), prompt: task.prompt))
        } catch {
            // One file that is missing is that file's error. A folder that was there and is gone is not.
            if error.stage == .read, let lastFolder, !lastFolder.exists {
                throw RecaptionError.vanishedFolder(path: lastFolder.escaped)
            }
            shared = SharedAnswer()
            shared.answer = .failure(error)
        }
        return shared
    }

    private func bytes(of task: CaptionTask) throws(ItemFailure) -> Data {
        let bytes = try task.picture.bytes()
        if let path = task.picture.file { lastFolder = path.folder }
        return bytes
    }

    /// Takes the answer to the oldest request that has none.
    func receive(_ outcome: CaptionOutcome) {
        let (key, shared) = requested[answeredCount]
        shared.answer = ImageAnswer(outcome)
        awaited[key] = nil
        if case .success(let captions) = shared.answer { cache.insert(captions, for: key) }
        answeredCount += 1
        // Answered requests are let go from time to time.
        if answeredCount == 1024 {
            requested.removeFirst(answeredCount)
            answeredCount = 0
        }
    }

    /// Hands out the rows of items that have all their answers.
    func drain() throws {
        var count = 0
        defer { queue.removeFirst(count) }
        for pending in queue {
            let answers = pending.answers.compactMap(\.answer)
            guard answers.count == pending.answers.count else { return }
            let rows = try pending.rows ?? format.rows(of: pending.item, answers: answers)
            try emit(
                pending.item, rows, ItemOutcome(rows: rows, answers: answers, remark: format.remark(on: pending.item)))
            count += 1
            queuedByteCount -= pending.item.byteCount
        }
    }
}

/// What counts about an item.
struct ItemOutcome {
    var hasErrors: Bool
    var hasNote: Bool
    var imageCount: Int
    /// Of an item without errors.
    var remark: ItemRemark?

    init(rows: ItemRows, answers: [ImageAnswer], remark: ItemRemark?) {
        hasErrors = !rows.errors.isEmpty
        let captions = answers.compactMap { try? $0.get().first }
        hasNote = captions.contains { $0.note != nil }
        imageCount = captions.count
        self.remark = hasErrors ? nil : remark
    }
}

/// The requests of a pipeline as a sequence.
struct PipelineRequests: Sequence, IteratorProtocol {
    let pipeline: CaptionPipeline

    mutating func next() -> CaptionRequest? { pipeline.nextRequest() }
}
