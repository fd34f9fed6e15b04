import Captioner
import CaptionerDataSets

extension RunProgress {
    /// Of runs that follow each other, an archive each.
    package static func += (left: inout RunProgress, right: RunProgress) {
        left.total += right.total
        left.resumed += right.resumed
        left.resumedFailures += right.resumedFailures
        left.done += right.done
        left.noted += right.noted
        left.spared += right.spared
        left.unchanged += right.unchanged
        left.failed += right.failed
        left.images += right.images
        left.sparedImages += right.sparedImages
        left.reused += right.reused
        left.errorsByCause.merge(right.errorsByCause, uniquingKeysWith: +)
        left.remarks += right.remarks
        left.isInterrupted = right.isInterrupted
        left.seconds += right.seconds
        left.writeSeconds += right.writeSeconds
        left.timings += right.timings
    }

    /// Says that a run was asked to stop before its next archive.
    package mutating func interrupt() { isInterrupted = true }
}
