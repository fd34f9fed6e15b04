package import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerJSON
package import Foundation

/// What a run has before it: found out by reading its input and an earlier output, without a model, and without writing.
package struct RunSurvey: Sendable {
    /// Images or samples of the run.
    package internal(set) var items = 0
    /// Those that an earlier run has done, and of these those with error records, which stay.
    package internal(set) var done = 0
    package internal(set) var doneWithErrors = 0
    /// Those that are not as they should be, and get error records without any image being looked at.
    package internal(set) var badItems = 0
    /// Images of the items that are not done.
    package internal(set) var images = 0
    /// Of these, how many are of each format that is read, by their first bytes.
    package internal(set) var formats: [String: Int] = [:]
    /// Those that have the bytes and the prompt of one before them, and are not captioned again.
    package internal(set) var duplicates = 0
    /// Those that cannot be read or are of no format that is, by cause.
    package internal(set) var unreadable: [String: Int] = [:]
    /// Bytes of the images that can be read.
    package internal(set) var byteCount = 0
    /// How long an image or sample took in the last session of the earlier run, if there was one.
    package internal(set) var secondsPerItem: Double?
    /// Some of the images that have to be captioned.
    package internal(set) var samples: [Data] = []

    package init() {}

    /// Of runs that follow each other, an archive each.
    package static func += (left: inout RunSurvey, right: RunSurvey) {
        left.items += right.items
        left.done += right.done
        left.doneWithErrors += right.doneWithErrors
        left.badItems += right.badItems
        left.images += right.images
        left.formats.merge(right.formats, uniquingKeysWith: +)
        left.duplicates += right.duplicates
        left.unreadable.merge(right.unreadable, uniquingKeysWith: +)
        left.byteCount += right.byteCount
        left.secondsPerItem = right.secondsPerItem ?? left.secondsPerItem
        if left.samples.isEmpty { left.samples = right.samples }
    }

    /// Those that are not done.
    package var left: Int { items - done }
    package var unreadableCount: Int { unreadable.values.reduce(0, +) }
    /// Images that the model is asked for, unless they turn out to be broken when they are decoded.
    package var distinct: Int { images - unreadableCount - duplicates }

    /// How many images are kept as samples, and how many bytes at most.
    private static let sampleCount = 64
    private static let sampleByteCount = 1 << 26

    /// Images that keep a text that they have, and are not captioned.
    package internal(set) var skipped = 0

    /// Looks at an image as the run would.
    mutating func look(at task: CaptionTask, of item: Item, seen: inout Set<ImageKey>) {
        if task.keptText != nil { return skipped += 1 }
        images += 1
        do {
            let bytes = try task.picture.bytes()
            let format = try ImageDecoder().formatName(of: bytes)
            formats[format, default: 0] += 1
            byteCount += bytes.count
            // As many as the run remembers.
            if seen.count == CaptionCache.capacity { seen.removeAll(keepingCapacity: true) }
            guard seen.insert(ImageKey(bytes, prompt: task.prompt)).inserted else { return duplicates += 1 }
            let kept = samples.reduce(0) { $0 + $1.count }
            if samples.count < Self.sampleCount, kept + bytes.count <= Self.sampleByteCount { samples.append(bytes) }
        } catch let failure as ItemFailure {
            count(failure, of: item)
        } catch {
            count(ItemFailure(stage: .decode, message: "\(error)"), of: item)
        }
    }

    private mutating func count(_ failure: ItemFailure, of item: Item) {
        let cause = ErrorRecord(failure, of: item).cause
        let isKnown = unreadable[cause] != nil || unreadable.count < 100
        unreadable[isKnown ? cause : "other", default: 0] += 1
    }
}

extension RecaptionJob {
    /// Looks at all items of the run, and reads their images.
    /// - Parameters:
    ///   - files: those of the output; nil where that is no plain file.
    ///   - rules: what is made of scores, if there are any.
    ///   - progress: receives how many items were looked at.
    /// - Throws: what keeps the run from continuing, as far as it shows without the model; `CancellationError`.
    package func survey(
        _ files: RunFiles?, rules: ScoringRules?, progress: (Int) -> Void
    ) throws -> RunSurvey {
        var survey = RunSurvey()
        survey.items = range.count
        let files = mode == .overwrite ? nil : files
        let format = try rowFormat(rules, try sidecarRules(files))
        let items = ItemQueue(try input.items(range))
        var earlier: EarlierRows?
        if let files {
            let present = files.isBeingReplaced ? files.retry : files
            survey.secondsPerItem = try secondsPerItem(of: present)
            let isRetry = mode == .retryFailed && present.errors.exists
            if mode == .retryFailed, !present.output.exists {
                throw RecaptionError.nothingToRetry(path: present.output.escaped)
            }
            if isRetry { earlier = try EarlierRows(present, format: format) }
            let point = try ResumePoint(files: isRetry ? files.retry : present, format: format, items: items) {
                item, _ in
                _ = try earlier?.rows(of: item)
            }
            (survey.done, survey.doneWithErrors) = (point.itemCount, point.failedCount)
        }
        var seen: Set<ImageKey> = []
        while let item = try items.next() {
            try Task.checkCancellation()
            if try earlier?.rows(of: item) != nil {
                survey.done += 1
                continue
            }
            do {
                for task in try format.tasks(of: item) { survey.look(at: task, of: item, seen: &seen) }
            } catch {
                survey.badItems += 1
            }
            progress(item.index - range.lowerBound + 1)
        }
        return survey
    }

    /// How long an image or sample took in the last session of an earlier run.
    /// - Throws: `RecaptionError.undescribedOutput`, `.otherRun` for an output that this run cannot resume from, as far as that
    ///   shows without the model.
    private func secondsPerItem(of files: RunFiles) throws -> Double? {
        guard let present = [files.output, files.errors].first(where: OutputFile.hasContents) else { return nil }
        guard files.description.exists else {
            throw RecaptionError.undescribedOutput(path: present.escaped, description: files.description.escaped)
        }
        let earlier = try RunDescription(path: files.description)
        var known = RunDescription(
            settings: try settings(RunModels()), inputs: input.paths, total: input.count, shard: shard)
        // What depends on the models is not known here.
        let names = Set(known.settings.map(\.key))
        known.settings += earlier.settings.filter { !names.contains($0.key) }
        var differences = known.differences(from: earlier)
        if input.fields == nil, earlier.inputs != known.inputs {
            differences.append("input was \(earlier.inputs.joined(separator: ", ")) and is another")
        }
        known.inputByteCount = archiveByteCount
        differences += archiveDifferences(known, from: earlier)
        guard differences.isEmpty else {
            throw RecaptionError.otherRun(path: files.output.escaped, differences: differences)
        }
        let session = earlier.sessions.last { $0.done + $0.failed > 0 && $0.seconds > 0 }
        return session.map { $0.seconds / Double($0.done + $0.failed) }
    }
}
