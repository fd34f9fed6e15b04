import Captioner
import CaptionerDataSets

/// Captions a list of images or a data set and writes rows, in order.
struct CaptionRun {
    private let input: any ItemSource
    private let range: Range<Int>
    private let models: RunModels
    private let generation: Captioner.GenerationOptions
    private let format: any RowFormat

    /// - Parameters:
    ///   - range: which images or samples.
    ///   - generation: how captions are generated.
    init(
        _ input: any ItemSource, range: Range<Int>, models: RunModels, generation: Captioner.GenerationOptions,
        format: any RowFormat
    ) {
        self.input = input
        self.range = range
        self.models = models
        self.generation = generation
        self.format = format
    }

    /// Looks whether rows of an earlier output can be taken over, before anything is written.
    /// - Throws: `RecaptionError.foreignOutput`, `.longerOutput`, `.damaged`, `.unreadableFile`; `CancellationError`.
    func check(_ files: RunFiles) throws {
        let earlier = try EarlierRows(files, format: format)
        let items = try input.items(range)
        while let item = try items.next() {
            try Task.checkCancellation()
            _ = try earlier.rows(of: item)
        }
        try checkThatNoneIsLeft(earlier)
    }

    private func checkThatNoneIsLeft(_ earlier: EarlierRows) throws {
        try earlier.checkThatNoneIsLeft(range.count, isEnd: range.upperBound == input.count)
    }

    /// Runs to the end, or until `isStopped`.
    ///
    /// - Parameters:
    ///   - output: where rows and error records go.
    ///   - progress: receives how far the run is, after each batch.
    ///   - isStopped: when true the batch at hand is finished, and the run ends. Asked after each batch.
    ///   - starting: is called when it is known where to begin, and nothing changed yet.
    /// - Throws: `RecaptionError`, `CaptionerError.invalidOption`, `CancellationError`. What was finished is written.
    func callAsFunction(
        to output: some RunDestination, progress: (RunProgress) throws -> Void = { _ in },
        isStopped: () -> Bool = { false }, starting: () throws -> Void = {}
    ) async throws -> RunProgress {
        let start = ContinuousClock.now
        let recorder = TimingsRecorder()
        var state = RunProgress(total: range.count)
        let items = ItemQueue(try input.items(range))
        let earlier = try output.earlierRows(format)
        let resumed = try output.resume(
            format, items,
            passed: { item, errors in
                _ = try earlier?.rows(of: item)
                for error in errors { state.count(error) }
                if errors.isEmpty, let remark = format.remark(on: item) { state.count(remark, of: item) }
            }, starting: starting)
        state.resumed = resumed.itemCount
        state.resumedFailures = resumed.failedCount

        var buffer = ItemRows()
        var embedded: [EmbeddedPair] = []
        var bufferedByteCount = 0
        let pipeline = CaptionPipeline(
            items, itemCount: range.count, format: format, models: models, earlier: earlier,
            lastFolder: resumed.lastFolder
        ) { item, rows, outcome in
            try measureSeconds(into: &state.writeSeconds) { try output.receive(item, rows) }
            buffer.rows += rows.rows
            buffer.errors += rows.errors
            embedded += outcome.embedded
            bufferedByteCount += rows.rows.reduce(0) { $0 + $1.utf8.count }
            for error in rows.errors { state.count(error) }
            if let remark = outcome.remark { state.count(remark, of: item) }
            if outcome.hasErrors {
                state.failed += 1
            } else if outcome.sparedCount > 0, outcome.imageCount == 0 {
                state.spared += 1
            } else if outcome.remark.map(\.isCaptioned) ?? true {
                state.done += 1
            } else {
                state.unchanged += 1
            }
            if outcome.hasNote { state.noted += 1 }
            state.images += outcome.imageCount
            state.sparedImages += outcome.sparedCount
            // Where nothing has to be captioned for long, rows are written all the same.
            if buffer.rows.count >= CaptionPipeline.pauseCount
                || bufferedByteCount >= CaptionPipeline.pauseByteCount
            {
                try measureSeconds(into: &state.writeSeconds) { try output.write(buffer, embedded: embedded) }
                buffer = ItemRows()
                embedded = []
                bufferedByteCount = 0
            }
        }
        func write() throws {
            try measureSeconds(into: &state.writeSeconds) { try output.write(buffer, embedded: embedded) }
            buffer = ItemRows()
            embedded = []
            bufferedByteCount = 0
            state.seconds = (ContinuousClock.now - start) / .seconds(1)
            state.timings = recorder.timings
            state.reused = pipeline.reusedCount
            try progress(state)
        }
        let batchSize = models.batchSize
        func isToStop() -> Bool {
            guard isStopped() else { return false }
            state.isInterrupted = state.resumed + state.finished < state.total
            return state.isInterrupted
        }
        let requests = PipelineRequests(pipeline: pipeline)
        while true {
            if let captioner = models.captioner {
                for try await outcome in captioner.prefetchedCaptions(
                    for: requests, options: generation, timings: recorder)
                {
                    pipeline.receive(outcome)
                    guard (outcome.index + 1) % batchSize == 0 else { continue }
                    try await pipeline.drain()
                    try write()
                    if isToStop() { return state }
                }
            } else {
                // Nothing is asked for: it comes back at a pause, or at the end.
                _ = await pipeline.nextRequest()
            }
            try await pipeline.drain()
            try write()
            if let failure = pipeline.failure { throw failure }
            if pipeline.isAtEnd {
                guard pipeline.waitingCount == 0 else {
                    throw RecaptionError.unanswered(itemCount: pipeline.waitingCount)
                }
                break
            }
            if isToStop() { return state }
        }
        if let earlier { try checkThatNoneIsLeft(earlier) }
        if !state.isCounted { state.total = state.resumed + state.finished }
        return state
    }
}
