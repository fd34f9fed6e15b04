import Captioner
import CaptionerDataSets
import CaptionerFiles
import Foundation
import SystemPackage

/// Between a run's items and the models: makes requests of items, and rows of answers, in the items' order.
///
/// An image that had the same bytes and the same prompt before is not asked for again. Requests are taken while the
/// model runs on earlier ones, so that files are read meanwhile. Where texts are scored, a window of images is embedded
/// first, and images that keep their old text are not asked for.
final class CaptionPipeline {
    private let items: ItemQueue
    private let format: any RowFormat
    private let scoring: ScoringStage?
    private let earlier: EarlierRows?
    private let emit: (Item, ItemRows, ItemOutcome) throws -> Void
    private var queue: [PendingItem] = []
    /// What their lines take.
    private var queuedByteCount = 0
    private var requested: [SharedImage] = []
    /// Images that are not answered, by what they are.
    private var awaited: [ImageKey: SharedImage] = [:]
    private var answeredCount = 0
    private var cache: CaptionCache
    private var lastFolder: FilePath?
    /// Items since the last request.
    private var quietCount = 0
    private(set) var isAtEnd = false
    /// Why no more requests come, if it is not the end of the input.
    private(set) var failure: (any Error)?
    /// Images that were not captioned again.
    private(set) var reusedCount = 0
    /// Items whose rows were not handed out.
    var waitingCount: Int { queue.count }
    /// Requests of the last items taken.
    private var ready: ArraySlice<CaptionRequest> = []

    /// - Parameters:
    ///   - itemCount: how many items there are.
    ///   - earlier: rows of items that need not be captioned.
    ///   - lastFolder: a folder that images were read from before.
    ///   - emit: gets each item's rows, in order.
    init(
        _ items: ItemQueue, itemCount: Int, format: any RowFormat, models: RunModels, earlier: EarlierRows?,
        lastFolder: FilePath?,
        emit: @escaping (Item, ItemRows, ItemOutcome) throws -> Void
    ) {
        self.items = items
        cache = CaptionCache(expecting: itemCount)
        self.format = format
        scoring = models.scorer.map { ScoringStage(captioner: models.captioner, scorer: $0) }
        self.earlier = earlier
        self.lastFolder = lastFolder
        self.emit = emit
    }

    /// At most this many items wait for the answer to one before them, or follow each other without a request; then there
    /// is a pause, so that memory does not grow with the input, and the caller can write and check whether to stop.
    static let pauseCount = 4096
    /// The same in bytes of their lines: a sample may hold its images itself.
    static let pauseByteCount = 1 << 26
    /// Items without a request that are scored before there is a pause.
    static let scoredPauseCount = 256

    /// The next image that has to be captioned, nil at the end of the input, after a failure, and for a pause, after
    /// which more has to be asked for when the requests so far are answered and `drain` was called.
    func nextRequest(isolation: isolated (any Actor)? = #isolation) async -> CaptionRequest? {
        let quietLimit = scoring == nil ? Self.pauseCount : Self.scoredPauseCount
        while ready.isEmpty {
            guard failure == nil, !isAtEnd else { return nil }
            guard quietCount < quietLimit, queue.count < Self.pauseCount, queuedByteCount < Self.pauseByteCount
            else {
                quietCount = 0
                return nil
            }
            let (taken, byteCount) = (queue.count, queuedByteCount)
            do {
                try await takeItems()
            } catch {
                // What it took is not scored. It is taken again when the run resumes.
                queue.removeLast(queue.count - taken)
                queuedByteCount = byteCount
                failure = error
                return nil
            }
            do {
                // Where nothing has to be captioned for long, rows must not pile up.
                if ready.isEmpty { try await drain() }
            } catch {
                failure = error
                return nil
            }
        }
        quietCount = 0
        return ready.popFirst()
    }

    /// Takes an item, or where texts are scored the items of a window of images.
    private func takeItems(isolation: isolated (any Actor)? = #isolation) async throws {
        let first = queue.count
        let firstByteCount = queuedByteCount
        repeat {
            guard let item = try items.next() else {
                isAtEnd = true
                break
            }
            quietCount += 1
            try take(item)
        } while isWindowOpen(queue[first...], queuedByteCount - firstByteCount)
        if let scoring { try await scoring.score(&queue, from: first) }
        for pending in queue[first...] { request(pending.images) }
        if scoring != nil { remember(queue[first...].flatMap { $0.images.map(\.image) }) }
    }

    /// Remembers images that the captioner is not asked about; the others are when it has answered.
    private func remember(_ images: [SharedImage]) {
        for image in images {
            guard let key = image.key, image.request != nil || image.answer != nil else { continue }
            awaited[key] = nil
            if let cached = image.cached, !cache.contains(key) { cache.insert(cached, for: key) }
            if image.answer == nil { image.request = nil }
        }
    }

    private func isWindowOpen(_ window: ArraySlice<PendingItem>, _ byteCount: Int) -> Bool {
        guard let scoring, byteCount < Self.pauseByteCount / 4 else { return false }
        let count = window.reduce(0) { $0 + $1.images.count { $0.image.embedding == nil } }
        return count < scoring.windowSize && window.count < Self.scoredPauseCount
    }

    private func take(_ item: Item) throws {
        queuedByteCount += item.byteCount
        if let rows = try earlier?.rows(of: item) {
            return queue.append(PendingItem(item: item, rows: rows))
        }
        var pending = PendingItem(item: item)
        do {
            for task in try format.tasks(of: item) {
                pending.images.append(try taskImage(task))
            }
        } catch let failure as ItemFailure {
            pending.images = []
            pending.rows = format.rows(of: item, failure: failure)
        }
        queue.append(pending)
    }

    private func taskImage(_ task: CaptionTask) throws -> TaskImage {
        guard let text = task.keptText else { return TaskImage(image: try image(of: task), task: task) }
        // Its bytes are of no use unless its text is scored.
        let image = scoring == nil ? SharedImage(nil, request: nil) : try image(of: task)
        return TaskImage(image: image, task: task, ownAnswer: .success([.kept(text)]))
    }

    private func image(of task: CaptionTask) throws -> SharedImage {
        do {
            let bytes = try bytes(of: task)
            let key = ImageKey(bytes, prompt: task.prompt)
            if let same = awaited[key] { return same }
            let request = CaptionRequest(image: .data(bytes), prompt: task.prompt)
            let image = cache[key].map { SharedImage(key, $0, request: request) } ?? SharedImage(key, request: request)
            if image.answer == nil { awaited[key] = image }
            return image
        } catch {
            // One file that is missing is that file's error. A folder that was there and is gone is not.
            if error.stage == .read, let lastFolder, !lastFolder.exists {
                throw RecaptionError.vanishedFolder(path: lastFolder.escaped)
            }
            return SharedImage(failure: error)
        }
    }

    private func bytes(of task: CaptionTask) throws(ItemFailure) -> Data {
        let bytes = try task.picture.bytes()
        if let path = task.picture.file { lastFolder = path.folder }
        return bytes
    }

    /// Asks for the captions of images that have none and need them.
    private func request(_ images: [TaskImage]) {
        for image in images where image.ownAnswer == nil {
            if case .failure = image.image.answer { continue }
            guard image.image.answer == nil, let request = image.image.request else {
                reusedCount += 1
                continue
            }
            image.image.request = nil
            requested.append(image.image)
            ready.append(request)
        }
    }

    /// Takes the answer to the oldest request that has none.
    func receive(_ outcome: CaptionOutcome) {
        let image = requested[answeredCount]
        image.answer = ImageAnswer(outcome)
        if let key = image.key {
            awaited[key] = nil
            if let cached = image.cached { cache.insert(cached, for: key) }
        }
        answeredCount += 1
        // Answered requests are let go from time to time.
        if answeredCount == 1024 {
            requested.removeFirst(answeredCount)
            answeredCount = 0
        }
    }

    /// Hands out the rows of items that have all their answers.
    func drain(isolation: isolated (any Actor)? = #isolation) async throws {
        let end = queue.firstIndex { $0.answers == nil } ?? queue.count
        var open = Array(0..<end)
        while true {
            open = try open.filter { index in
                guard queue[index].rows == nil, let answers = queue[index].answers else { return false }
                let scores = queue[index].scores
                let rows = try format.rows(of: queue[index].item, answers: answers, scores: scores)
                if scores?.missing.isEmpty == false { return true }
                queue[index].rows = rows
                return false
            }
            if open.isEmpty { break }
            try await scoring?.fill(open.map { queue[$0] })
        }
        let embedded = try await scoring?.embeddedPairs(of: queue[..<end])
        var count = 0
        defer { queue.removeFirst(count) }
        for pending in queue[..<end] {
            guard let rows = pending.rows else { break }
            var outcome = ItemOutcome(
                rows: rows, answers: pending.answers ?? [], remark: format.remark(on: pending.item))
            outcome.embedded = embedded?[count] ?? []
            try emit(pending.item, rows, outcome)
            count += 1
            queuedByteCount -= pending.item.byteCount
        }
    }
}
