package import Captioner
import CaptionerDataSets

/// How far a run is.
package struct RunProgress: Sendable {
    /// Images or samples of the run.
    package internal(set) var total: Int
    /// Those that were done when the run was resumed, errors included.
    package internal(set) var resumed = 0
    /// Of these, those with errors.
    package internal(set) var resumedFailures = 0
    /// Those that got captions.
    package internal(set) var done = 0
    /// Of these, those with a note, such as truncated files, whose captions deserve a look.
    package internal(set) var noted = 0
    /// Those that keep their old text: they were scored, and no image of theirs was captioned.
    package internal(set) var spared = 0
    /// Those that are kept as they were, since they have no image or no place for one.
    package internal(set) var unchanged = 0
    /// Those that got an error record.
    package internal(set) var failed = 0
    /// Images that have captions; samples may have several.
    package internal(set) var images = 0
    /// Images that keep their old text and were not captioned.
    package internal(set) var sparedImages = 0
    /// Of those with captions, images that were the same as others and not captioned again.
    package internal(set) var reused = 0
    /// Error records by cause, those from before included: stage and message, without paths and numbers.
    package internal(set) var errorsByCause: [String: Int] = [:]
    /// What was left without a caption although it is no error, those from before included.
    package internal(set) var remarks = RunRemarks()
    /// Whether the run was asked to stop, and did.
    package internal(set) var isInterrupted = false
    /// Wall-clock time since the start.
    package internal(set) var seconds = 0.0
    /// Of these, writing rows.
    package internal(set) var writeSeconds = 0.0
    /// Of these, the stages of captioning.
    package internal(set) var timings = StageTimings()

    package init(total: Int) { self.total = total }

    /// Counts an error. Of more than a hundred causes the rest is counted together, so that memory stays flat.
    mutating func count(_ error: ErrorRecord) {
        let isKnown = errorsByCause[error.cause] != nil || errorsByCause.count < 100
        errorsByCause[isKnown ? error.cause : "other", default: 0] += 1
    }

    mutating func count(_ remark: ItemRemark, of item: Item) { remarks.count(remark, of: item.name) }

    /// Images or samples that were finished since the start.
    package var finished: Int { done + spared + unchanged + failed }

    /// Those with error records, now and before.
    package var allFailed: Int { failed + resumedFailures }

    package var imagesPerSecond: Double { seconds > 0 ? Double(images + sparedImages + failed) / seconds : 0 }

    /// Whether it is known how many there are; of a stream it is not.
    package var isCounted: Bool { total != ArchiveStream.unknownCount }

    /// How long the rest takes at the rate so far; nil before anything is finished.
    package var secondsLeft: Double? {
        finished > 0 && isCounted ? Double(total - resumed - finished) * seconds / Double(finished) : nil
    }
}
